using Microsoft.Extensions.ServiceDiscovery;

namespace ToolRuntime.Gateway.Executors;

/// <summary>The executors' gRPC addresses, as service discovery knows them.</summary>
internal sealed class ExecutorEndpoints(ServiceEndpointResolver resolver)
{
    // The endpoint `grpc` of the service `executor`: services__executor__grpc__0 and so on.
    private const string ServiceName = "http://_grpc.executor";

    public ValueTask<ServiceEndpointSource> GetAsync(CancellationToken cancellationToken) =>
        resolver.GetEndpointsAsync(ServiceName, cancellationToken);
}
