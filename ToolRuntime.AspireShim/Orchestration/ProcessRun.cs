namespace Aspire.Hosting.Orchestration;

/// <summary>One object at DCP, from its creation to its process's end.</summary>
internal sealed class ProcessRun(string? uid, IReadOnlySet<string> fromSpec)
{
    public string? Uid => uid;

    /// <summary>The variables that the resource asked for, among all that its process has.</summary>
    public IReadOnlySet<string> FromSpec => fromSpec;

    public bool LogsFollowed { get; set; }

    public bool Ended { get; set; }
}
