using Grpc.Net.Client.Balancer;

namespace ToolRuntime.Gateway.Executors;

/// <summary>Makes the resolver of addresses with the scheme <c>discovery</c>.</summary>
internal sealed class DiscoveryResolverFactory(ExecutorEndpoints endpoints, IBackoffPolicyFactory backoff) : ResolverFactory
{
    public override string Name => ExecutorChannels.DiscoveryScheme;

    public override Resolver Create(ResolverOptions options) => new DiscoveryResolver(endpoints, backoff, options.LoggerFactory);
}
