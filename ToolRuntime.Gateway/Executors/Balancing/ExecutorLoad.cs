namespace ToolRuntime.Gateway.Executors.Balancing;

/// <summary>What the choice of an executor looks at.</summary>
internal sealed class ExecutorLoad(EndpointAddress address)
{
    private volatile bool _isDraining;

    public EndpointAddress Address { get; } = address;

    /// <summary>How many calls of this gateway it has and has not answered; guarded by who counts, <see cref="ExecutorLoads"/>.</summary>
    public int InFlight { get; set; }

    /// <summary>Whether it takes no more calls, as it told last.</summary>
    public bool IsDraining
    {
        get => _isDraining;
        set => _isDraining = value;
    }
}
