namespace ToolRuntime.Gateway.Executors.Balancing;

/// <summary>Which executor a call is at, and which have turned it away.</summary>
internal sealed class CallRoute
{
    private List<EndpointAddress>? _tried;

    /// <summary>The executor that the call was sent to; null before, and after.</summary>
    public ExecutorLoad? Executor { get; set; }

    public bool HasTried(EndpointAddress executor) => _tried?.Contains(executor) == true;

    /// <summary>The executor has not started the call: it is not to be asked again.</summary>
    public void TurnedAwayBy(EndpointAddress executor) => (_tried ??= []).Add(executor);
}
