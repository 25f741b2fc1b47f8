namespace ToolRuntime.Bench;

/// <summary>One way of calling a tool, ready to be timed.</summary>
internal interface IScenario : IAsyncDisposable
{
    /// <summary>Gets ready for the next call; not timed.</summary>
    Task PrepareAsync();

    /// <summary>Makes one call and checks its answer.</summary>
    Task CallAsync();
}
