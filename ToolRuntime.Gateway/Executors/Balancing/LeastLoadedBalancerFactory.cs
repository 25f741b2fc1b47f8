using Grpc.Net.Client.Balancer;

namespace ToolRuntime.Gateway.Executors.Balancing;

/// <summary>Makes the balancer of channels whose configuration names it.</summary>
internal sealed class LeastLoadedBalancerFactory(ExecutorLoads loads, CallRoutes routes) : LoadBalancerFactory
{
    public const string PolicyName = "least_loaded";

    public override string Name => PolicyName;

    public override LoadBalancer Create(LoadBalancerOptions options) =>
        new LeastLoadedBalancer(options.Controller, options.LoggerFactory, loads, routes);
}
