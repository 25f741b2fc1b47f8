using System.Runtime.InteropServices;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>
/// Takes from a thread, and what it starts, the powers of root that Landlock does not hold: with CAP_PERFMON or
/// CAP_SYS_ADMIN a process reads the environment of any other. Without root there is nothing to take.
/// </summary>
internal static unsafe class Capabilities
{
    // Root's access to files of other users stays: Landlock bounds it, and the tools may well be another user's.
    private const uint Kept = 1u << Libc.CAP_DAC_OVERRIDE;

    public static void DropFromThread()
    {
        // struct __user_cap_header_struct; then effective, permitted, inheritable, each in two halves of 32 bits.
        var header = stackalloc int[2] { Libc.LINUX_CAPABILITY_VERSION_3, 0 };
        var sets = stackalloc uint[6];
        sets[0] = sets[1] = OfThreadToKeep();
        if (Libc.capset(header, sets) != 0)
        {
            throw Error();
        }
    }

    /// <summary>What of this thread's capabilities a tool's process keeps: the first 32, as bits.</summary>
    public static uint OfThreadToKeep()
    {
        var header = stackalloc int[2] { Libc.LINUX_CAPABILITY_VERSION_3, 0 };
        var sets = stackalloc uint[6];
        return Libc.capget(header, sets) == 0 ? sets[1] & Kept : throw Error();
    }

    private static ProcessStartException Error() =>
        new($"Capabilities could not be dropped: {Libc.Describe(Marshal.GetLastPInvokeError())}");
}
