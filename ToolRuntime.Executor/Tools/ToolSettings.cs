using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>
/// What holds for the calls of one tool, from its own declaration, the rules for its id and the executor's settings; no
/// limit is above the executor's own.
/// </summary>
/// <param name="MaxConcurrency">How many of its calls may run at once.</param>
/// <param name="ReadablePaths">What it may read beside the tools' root (its own folder in the strict sandbox); full paths.</param>
/// <param name="WritablePaths">What it may write beside its scratch folder; full paths.</param>
internal sealed record ToolSettings(
    Isolation Isolation,
    TimeSpan Timeout,
    TimeSpan CpuTime,
    long AddressSpaceBytes,
    int OpenFiles,
    int MaxInputBytes,
    int MaxResultBytes,
    int MaxPrintedBytes,
    int MaxConcurrency,
    bool Network,
    bool ChildProcesses,
    IReadOnlyList<string> ReadablePaths,
    IReadOnlyList<string> WritablePaths)
{
    /// <summary>With less Bun does not start.</summary>
    public const long LeastAddressSpaceBytes = 400_000_000;

    /// <summary>With less Bun does not start, or no tool can open anything.</summary>
    public const int LeastOpenFiles = 32;

    public bool IsSameAs(ToolSettings other) =>
        this with { ReadablePaths = other.ReadablePaths, WritablePaths = other.WritablePaths } == other
        && ReadablePaths.SequenceEqual(other.ReadablePaths)
        && WritablePaths.SequenceEqual(other.WritablePaths);
}
