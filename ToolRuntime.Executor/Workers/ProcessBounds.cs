using ToolRuntime.Executor.Processes;

namespace ToolRuntime.Executor.Workers;

/// <summary>What a worker's process is held to, and how to tell that it came up against it. What is not certain is not said.</summary>
/// <param name="holdsChildProcesses">Whether a sandbox keeps it from starting processes.</param>
internal sealed class ProcessBounds(ProcessLimits limits, bool holdsChildProcesses)
{
    // The engine takes its memory in pieces of this size at most, where it is not for one large object.
    private const long Piece = 16 * 1024 * 1024;

    // The signals by which Bun, its engine and its libraries crash.
    private static readonly string[] CrashSignals = ["SIGABRT", "SIGSEGV", "SIGBUS", "SIGILL", "SIGTRAP"];

    /// <param name="refused">What the system refused, as <see cref="FailureMessage.Refused"/> has it.</param>
    /// <returns>Null where it is none of what a process is held to.</returns>
    public Bound? Refusing(string refused) => refused switch
    {
        "memory" => AddressSpace,
        "descriptor" => OpenFiles,
        "process" when holdsChildProcesses => ChildProcesses,
        _ => null,
    };

    /// <returns>Null where it did not end for what it is held to, as far as can be known.</returns>
    public Bound? Ending(ProcessExit exit, LastWords words)
    {
        if (exit.Signal == "SIGXCPU" || (exit.Signal == "SIGKILL" && exit.CpuTime >= limits.CpuTime))
        {
            return CpuTime;
        }

        if (CrashSignals.Contains(exit.Signal) && (words.LackedMemory || words.CrashedWith > limits.AddressSpaceBytes - Piece))
        {
            return AddressSpace;
        }

        return !exit.WasSignaled && words.LackedDescriptors ? OpenFiles : null;
    }

    private Bound CpuTime => new(
        FaultTypes.CpuLimitExceeded, $"The process used more CPU time than its limit of {limits.CpuTime.TotalSeconds:0.###} s");

    private Bound AddressSpace => new(
        FaultTypes.AddressSpaceLimitExceeded,
        $"The process needed more address space than its limit of {limits.AddressSpaceBytes} bytes");

    private Bound OpenFiles => new(
        FaultTypes.OpenFilesLimitExceeded, $"The process needed more open files than its limit of {limits.OpenFiles}");

    private static Bound ChildProcesses => new(
        FaultTypes.ChildProcessNotAllowed, "The tool does not declare childProcesses, so that it can start none");

    /// <param name="Type">One of <see cref="FaultTypes"/>.</param>
    /// <param name="Message">Which bound it is, and its value; without an end, so that more can follow.</param>
    internal readonly record struct Bound(string Type, string Message);
}
