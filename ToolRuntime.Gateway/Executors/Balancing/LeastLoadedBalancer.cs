using Grpc.Net.Client.Balancer;

namespace ToolRuntime.Gateway.Executors.Balancing;

/// <summary>Keeps a connection to every executor, and gives each call to the one that has least to do.</summary>
internal sealed class LeastLoadedBalancer(
    IChannelControlHelper controller, ILoggerFactory loggerFactory, ExecutorLoads loads, CallRoutes routes)
    : SubchannelsLoadBalancer(controller, loggerFactory)
{
    protected override SubchannelPicker CreatePicker(IReadOnlyList<Subchannel> readySubchannels) =>
        new LeastLoadedPicker(readySubchannels, loads, routes);
}
