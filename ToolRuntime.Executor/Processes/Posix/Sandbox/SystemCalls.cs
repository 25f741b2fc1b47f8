using System.Runtime.InteropServices;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>The numbers of the system calls that a filter knows; they differ from one architecture to the next.</summary>
/// <param name="Forks">The calls that make a process, beside clone and clone3.</param>
/// <param name="Runs">The calls that run a program.</param>
internal sealed record SystemCalls(
    uint Architecture,
    uint Seccomp,
    uint Socket,
    uint CloneTask,
    uint Prlimit,
    IReadOnlyList<uint> Forks,
    IReadOnlyList<uint> Runs)
{
    public const uint IoUringSetup = 425;
    public const uint Clone3 = 435;

    /// <summary>Null on an architecture that they are not known of.</summary>
    public static SystemCalls? Current { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => new SystemCalls(0xC000003E, 317, 41, 56, 302, [57, 58], [59, 322]),
        System.Runtime.InteropServices.Architecture.Arm64 => new SystemCalls(0xC00000B7, 277, 198, 220, 261, [], [221, 281]),
        _ => null,
    };
}
