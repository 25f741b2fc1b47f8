using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address that a resource serves on.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<AllocatedEndpoint> _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme = null,
        string? transport = null,
        string? name = null,
        int? port = null,
        int? targetPort = null,
        bool? isExternal = null,
        bool? isProxied = null)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        Transport = transport ?? (UriScheme is "http" or "https" ? "http" : UriScheme);
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied ?? true;
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    public int? Port { get; set; }

    public int? TargetPort { get; set; }

    public string UriScheme { get; set; }

    public string TargetHost { get; set; } = "localhost";

    public string Transport { get; set; }

    public bool IsExternal { get; set; }

    public bool IsProxied { get; set; }

    public AllocatedEndpoint? AllocatedEndpoint
    {
        get
        {
            var allocated = WhenAllocated;
            return allocated.IsCompletedSuccessfully ? allocated.Result : null;
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            lock (_gate)
            {
                if (_allocated.Task.IsCompleted)
                {
                    _allocated = NewSource();
                }

                _allocated.SetResult(value);
            }
        }
    }

    internal Task<AllocatedEndpoint> WhenAllocated
    {
        get
        {
            lock (_gate)
            {
                return _allocated.Task;
            }
        }
    }

    /// <summary>Whoever waits for the address learns why there is none, instead of waiting for ever.</summary>
    internal void FailAllocation(DistributedApplicationException reason)
    {
        lock (_gate)
        {
            if (_allocated.Task.IsCompleted)
            {
                _allocated = NewSource();
            }

            _allocated.SetException(reason);

            // Observed here, since there may be nobody who waits.
            _ = _allocated.Task.Exception;
        }
    }

    private static TaskCompletionSource<AllocatedEndpoint> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

public class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
{
    public EndpointAnnotation Endpoint => endpoint;

    public string Address => address;

    public int Port => port;

    public string UriScheme => endpoint.UriScheme;

    public string EndPointString => $"{address}:{port}";

    public string UriString => $"{UriScheme}://{EndPointString}";

    public string? TargetPortExpression => targetPortExpression;
}
