namespace Aspire.Hosting.Orchestration;

/// <summary>One object at DCP, from its creation to its process's end.</summary>
internal sealed class ProcessRun(string? uid, ProcessPlan plan)
{
    public string? Uid => uid;

    public ProcessPlan Plan => plan;

    public bool LogsFollowed { get; set; }

    public bool Ended { get; set; }
}
