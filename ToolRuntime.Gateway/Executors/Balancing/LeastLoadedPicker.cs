using Grpc.Core;
using Grpc.Net.Client.Balancer;

namespace ToolRuntime.Gateway.Executors.Balancing;

/// <summary>Chooses among the executors that are connected.</summary>
internal sealed class LeastLoadedPicker : SubchannelPicker
{
    private static readonly Status NoneLeft = new(StatusCode.Unavailable, "No executor takes calls now.");

    private readonly IReadOnlyList<Subchannel> _ready;
    private readonly EndpointAddress[] _executors;
    private readonly ExecutorLoads _loads;
    private readonly CallRoutes _routes;

    public LeastLoadedPicker(IReadOnlyList<Subchannel> ready, ExecutorLoads loads, CallRoutes routes)
    {
        _ready = ready;
        _executors = [.. ready.Select(subchannel => EndpointAddress.Of(subchannel.GetAddresses()[0].EndPoint))];
        _loads = loads;
        _routes = routes;
    }

    public override PickResult Pick(PickContext context)
    {
        var call = _routes.Current ?? throw new InvalidOperationException("A call was made without a route.");
        var chosen = _loads.Take(call, _executors);
        return chosen >= 0 ? PickResult.ForSubchannel(_ready[chosen]) : PickResult.ForFailure(NoneLeft);
    }
}
