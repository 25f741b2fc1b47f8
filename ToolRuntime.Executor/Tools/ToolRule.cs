using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>Some of a tool's settings: those that its own declaration gives, or one of <c>Tools:Rules</c>.</summary>
internal sealed class ToolRule
{
    public Isolation? Isolation { get; set; }

    public TimeSpan? Timeout { get; set; }

    public TimeSpan? CpuTime { get; set; }

    public long? AddressSpaceBytes { get; set; }

    public int? OpenFiles { get; set; }

    public int? MaxInputBytes { get; set; }

    public int? MaxResultBytes { get; set; }

    public int? MaxPrintedBytes { get; set; }

    public int? MaxConcurrency { get; set; }

    public bool? Network { get; set; }

    public bool? ChildProcesses { get; set; }

    /// <summary>In a rule of the executor's settings: relative to the tools' root.</summary>
    public IReadOnlyList<string>? ReadablePaths { get; set; }

    /// <inheritdoc cref="ReadablePaths"/>
    public IReadOnlyList<string>? WritablePaths { get; set; }

    /// <summary>What is wrong with it, by the names of its properties.</summary>
    public IEnumerable<(string Name, string Problem)> Problems()
    {
        if (Isolation is { } isolation && !Enum.IsDefined(isolation))
        {
            yield return (nameof(Isolation), "is no isolation");
        }

        foreach (var (name, value, least) in new (string, double?, double)[]
        {
            (nameof(Timeout), Timeout?.TotalMilliseconds, 1),
            (nameof(CpuTime), CpuTime?.TotalMilliseconds, 1),
            (nameof(AddressSpaceBytes), AddressSpaceBytes, ToolSettings.LeastAddressSpaceBytes),
            (nameof(OpenFiles), OpenFiles, ToolSettings.LeastOpenFiles),
            (nameof(MaxInputBytes), MaxInputBytes, 1),
            (nameof(MaxResultBytes), MaxResultBytes, 1),
            (nameof(MaxPrintedBytes), MaxPrintedBytes, 0),
            (nameof(MaxConcurrency), MaxConcurrency, 1),
        })
        {
            if (value < least)
            {
                yield return (name, $"must be at least {least}");
            }
        }

        foreach (var (name, paths) in new[] { (nameof(ReadablePaths), ReadablePaths), (nameof(WritablePaths), WritablePaths) })
        {
            if (paths?.Any(path => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)) ?? false)
            {
                yield return (name, "must be paths");
            }
        }
    }
}
