using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Orchestration;

/// <summary>Gives every endpoint its address: a DCP service's, or for an endpoint without a proxy its own.</summary>
internal sealed class EndpointAllocator(DcpClient dcp, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly ConcurrentDictionary<EndpointAnnotation, bool> _allocated = new();

    /// <summary>The name that DCP knows an endpoint by.</summary>
    public static string ServiceName(IResource resource, EndpointAnnotation endpoint) =>
        $"{resource.Name}-{endpoint.Name}".ToLowerInvariant();

    /// <exception cref="DistributedApplicationException">An endpoint cannot be had; says which and why.</exception>
    public async Task AllocateAsync(IResource resource, CancellationToken cancellationToken)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => !_allocated.ContainsKey(endpoint)))
        {
            try
            {
                endpoint.AllocatedEndpoint = endpoint.IsProxied
                    ? await AllocateProxyAsync(resource, endpoint, cancellationToken)
                    : AllocateWithoutProxy(resource, endpoint);
                _allocated[endpoint] = true;
            }
            catch (DistributedApplicationException reason)
            {
                endpoint.FailAllocation(reason);
                throw;
            }
        }
    }

    /// <summary>Before each start: a process would find the port taken only after it has run for a while, and in its own words.</summary>
    public static void CheckPortsWithoutProxy(IResource resource)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => !endpoint.IsProxied))
        {
            if (endpoint.AllocatedEndpoint is { } allocated && !Ports.IsFree(allocated.Port))
            {
                throw PortTaken(resource, endpoint, allocated.Port);
            }
        }
    }

    private static AllocatedEndpoint AllocateWithoutProxy(IResource resource, EndpointAnnotation endpoint)
    {
        var port = endpoint.Port ?? endpoint.TargetPort ?? throw new DistributedApplicationException(
            $"Resource '{resource.Name}': endpoint '{endpoint.Name}' has no proxy, and so needs a port.");
        return new AllocatedEndpoint(endpoint, endpoint.TargetHost, port);
    }

    private static DistributedApplicationException PortTaken(IResource resource, EndpointAnnotation endpoint, int port) => new(
        $"Resource '{resource.Name}': endpoint '{endpoint.Name}' wants port {port}, which is already in use. End what uses it, or choose another port.");

    private async Task<AllocatedEndpoint> AllocateProxyAsync(
        IResource resource, EndpointAnnotation endpoint, CancellationToken cancellationToken)
    {
        // DCP would go on trying in silence.
        if (endpoint.Port is { } wanted && !Ports.IsFree(wanted))
        {
            throw PortTaken(resource, endpoint, wanted);
        }

        var name = ServiceName(resource, endpoint);
        if (await dcp.GetAsync<DcpService>(DcpClient.Services, name, cancellationToken) is null)
        {
            var service = new DcpService(new DcpMetadata(name), new DcpServiceSpec(endpoint.TargetHost, endpoint.Port));
            await dcp.CreateAsync<DcpService>(DcpClient.Services, service, cancellationToken);
        }

        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < Timeout)
        {
            var service = await dcp.GetAsync<DcpService>(DcpClient.Services, name, cancellationToken);
            if (service?.Status?.EffectivePort is > 0 and var port)
            {
                return new AllocatedEndpoint(
                    endpoint, endpoint.TargetHost, port, $$$"""{{- portForServing "{{{name}}}" -}}""");
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }

        throw new DistributedApplicationException(
            $"Resource '{resource.Name}': endpoint '{endpoint.Name}' got no address within {Timeout.TotalSeconds} s{(endpoint.Port is { } fixedPort ? $"; port {fixedPort} may be in use" : "")}.");
    }
}
