using ToolRuntime.Executor.Processes.Posix.Sandbox;

namespace ToolRuntime.Executor.Processes.Sandbox;

/// <summary>The sandbox that processes with rules are put in, and what of the rules it holds on this system.</summary>
internal sealed record SandboxInForce
{
    private SandboxInForce(SandboxMode mode) => Mode = mode;

    public SandboxMode Mode { get; }

    /// <summary>The version of Landlock's interface; 0 where Landlock is not what holds.</summary>
    public int LandlockAbi => Mode == SandboxMode.Landlock ? Landlock.Abi : 0;

    /// <summary>Whether a tool sees its own folder, and no other tool's.</summary>
    public bool SetsToolsApart => Mode == SandboxMode.Strict;

    public bool HoldsFiles => Mode != SandboxMode.None;

    public bool HoldsTcp => Mode == SandboxMode.Strict || (Mode == SandboxMode.Landlock && (Landlock.HoldsTcp || Seccomp.IsAvailable));

    public bool HoldsUdp => Mode == SandboxMode.Strict || (Mode == SandboxMode.Landlock && Seccomp.IsAvailable);

    /// <summary>Whether a process can signal only itself and what it started.</summary>
    public bool HoldsSignals => Mode == SandboxMode.Strict || (Mode == SandboxMode.Landlock && Landlock.HoldsSignals);

    /// <summary>Whether other programs cannot be run.</summary>
    public bool HoldsPrograms => Mode != SandboxMode.None;

    /// <summary>Whether no child processes can be started, not even of Bun itself.</summary>
    public bool HoldsChildProcesses => Mode != SandboxMode.None && Seccomp.IsAvailable;

    /// <summary>Whether a process that leaves its group ends with the one that started it nonetheless.</summary>
    public bool EndsStrayProcesses => Mode == SandboxMode.Strict;

    /// <param name="setting">A mode's name; empty: Landlock where the kernel has it, else none.</param>
    /// <exception cref="SandboxUnavailableException">What is asked for is unknown, or not there. Nothing less takes its place.</exception>
    public static SandboxInForce Choose(string setting) => setting.ToUpperInvariant() switch
    {
        "" => new SandboxInForce(Landlock.Abi > 0 ? SandboxMode.Landlock : SandboxMode.None),
        "NONE" => new SandboxInForce(SandboxMode.None),
        "LANDLOCK" => Landlock.Abi > 0
            ? new SandboxInForce(SandboxMode.Landlock)
            : throw new SandboxUnavailableException(
                "The sandbox \"landlock\" needs Linux 5.13 or newer with Landlock switched on (lsm=landlock,…)."),
        "STRICT" => Bubblewrap.Unavailable is { } reason
            ? throw new SandboxUnavailableException($"The sandbox \"strict\" needs bubblewrap: {reason}")
            : new SandboxInForce(SandboxMode.Strict),
        _ => throw new SandboxUnavailableException($"\"{setting}\" is no sandbox: it is none, landlock, strict, or empty."),
    };

    public override string ToString() => Mode switch
    {
        SandboxMode.Landlock => $"landlock (ABI {LandlockAbi}{(Seccomp.IsAvailable ? ", seccomp" : "")})",
        SandboxMode.Strict => "strict (bubblewrap)",
        _ => "none",
    };
}
