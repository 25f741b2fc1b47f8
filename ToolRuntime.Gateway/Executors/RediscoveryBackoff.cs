using Grpc.Net.Client.Balancer;

namespace ToolRuntime.Gateway.Executors;

/// <summary>How long the resolver waits after service discovery failed.</summary>
internal sealed class RediscoveryBackoff : IBackoffPolicyFactory, IBackoffPolicy
{
    public IBackoffPolicy Create() => this;

    public TimeSpan NextBackoff() => TimeSpan.FromSeconds(1);
}
