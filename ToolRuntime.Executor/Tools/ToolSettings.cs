using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>
/// What holds for the calls of one tool, from its own declaration, the rules for its id and the executor's settings; no
/// limit is above the executor's own.
/// </summary>
/// <param name="MaxConcurrency">How many of its calls may run at once.</param>
/// <param name="ReadablePaths">What it may read beside the tools' root.</param>
/// <param name="WritablePaths">What it may write beside its scratch folder.</param>
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
    IReadOnlyList<string> WritablePaths);
