using ToolRuntime.Executor.Processes;

namespace ToolRuntime.Executor.Workers;

/// <summary>What a tool's workers may use and reach, where that is not what all may.</summary>
/// <param name="Apart">The module that is all they see of the tools; null where they see all.</param>
/// <param name="ReadablePaths">Beside the tools' root, or the module's folder.</param>
/// <param name="WritablePaths">Beside the scratch folder.</param>
internal sealed record WorkerProfile(
    ProcessLimits Limits,
    WorkerModule? Apart,
    bool Network,
    bool ChildProcesses,
    IReadOnlyList<string> ReadablePaths,
    IReadOnlyList<string> WritablePaths)
{
    public bool Equals(WorkerProfile? other) =>
        other is not null
        && Limits == other.Limits
        && Apart == other.Apart
        && Network == other.Network
        && ChildProcesses == other.ChildProcesses
        && ReadablePaths.SequenceEqual(other.ReadablePaths)
        && WritablePaths.SequenceEqual(other.WritablePaths);

    public override int GetHashCode() =>
        HashCode.Combine(Limits, Apart, Network, ChildProcesses, ReadablePaths.Count, WritablePaths.Count);
}
