using Grpc.Net.Client.Balancer;

namespace ToolRuntime.Gateway.Executors;

/// <summary>Gives gRPC's load balancing every executor that service discovery knows, and follows its changes.</summary>
internal sealed class DiscoveryResolver(ExecutorEndpoints endpoints, IBackoffPolicyFactory backoff, ILoggerFactory loggerFactory)
    : PollingResolver(loggerFactory, backoff)
{
    private IDisposable? _changes;

    protected override async Task ResolveAsync(CancellationToken cancellationToken)
    {
        var source = await endpoints.GetAsync(cancellationToken);
        Listener(ResolverResult.ForResult(
            [.. source.Endpoints.Select(EndpointAddress.Of).Select(address => new BalancerAddress(address.Host, address.Port))]));
        _changes?.Dispose();
        _changes = source.ChangeToken.RegisterChangeCallback(_ => Refresh(), null);
    }

    protected override void Dispose(bool disposing)
    {
        _changes?.Dispose();
        base.Dispose(disposing);
    }
}
