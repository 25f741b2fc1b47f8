namespace ToolRuntime.Gateway.Executors;

/// <summary>An executor as the gateway sees it now.</summary>
internal enum ExecutorCondition
{
    /// <summary>No connection, or none yet.</summary>
    Unreachable,

    /// <summary>Connected, its tools are listed.</summary>
    Ready,

    /// <summary>Connected, and about to stop.</summary>
    Draining,
}

/// <param name="Name">Its own name; its address until it has told.</param>
/// <param name="HttpAddress">Its HTTP endpoint, which serves /metrics; empty until it has told.</param>
internal sealed record ExecutorStatus(
    string Name, string HttpAddress, ExecutorCondition Condition, IReadOnlyList<Contracts.V1.Tool> Tools);
