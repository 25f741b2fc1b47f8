namespace ToolRuntime.Bench.Scenarios;

/// <summary>What happens between two calls, while the pool fills up again.</summary>
internal enum Pause
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Nothing: every process of the way has gone to sleep when the call comes.</summary>
    Idle,

    /// <summary>Calls of another tool, as in a service that is in use.</summary>
    InUse,
}
