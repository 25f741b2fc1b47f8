using System.Runtime.InteropServices;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>What the kernel's Landlock can do.</summary>
internal static unsafe class Landlock
{
    /// <summary>The version of the kernel's interface; 0 where it has none, or has it switched off.</summary>
    public static int Abi { get; } = OperatingSystem.IsLinux()
        ? (int)Math.Max(0, Libc.syscall(Libc.SYS_landlock_create_ruleset, 0, 0, Libc.LANDLOCK_CREATE_RULESET_VERSION, 0))
        : 0;

    public static bool HoldsTcp => Abi >= 4;

    /// <summary>Whether signals to processes outside, and abstract sockets of theirs, are refused.</summary>
    public static bool HoldsSignals => Abi >= 6;

    /// <summary>All rights on files that the kernel knows: what is not named here would be allowed everywhere.</summary>
    public static LandlockAccess Handled { get; } = (LandlockAccess)((1UL << 13) - 1)
        | (Abi >= 2 ? LandlockAccess.Refer : 0)
        | (Abi >= 3 ? LandlockAccess.Truncate : 0)
        | (Abi >= 5 ? LandlockAccess.DeviceIoctl : 0);

    public static ProcessStartException Error(string what) =>
        new($"{what}: {Libc.Describe(Marshal.GetLastPInvokeError())}");
}
