namespace ToolRuntime.Gateway.Executors.Balancing;

/// <summary>
/// Leads from the place where a call begins to the place, deep inside the gRPC channel, where its executor is chosen: the
/// channel hands on nothing of a call but its HTTP request.
/// </summary>
internal sealed class CallRoutes
{
    private readonly AsyncLocal<CallRoute?> _current = new();

    /// <summary>The route of the call that this flow makes.</summary>
    public CallRoute? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }
}
