using System.Net;
using Microsoft.Extensions.ServiceDiscovery;

namespace ToolRuntime.Gateway.Executors;

/// <summary>An executor's host and port.</summary>
internal readonly record struct EndpointAddress(string Host, int Port)
{
    public Uri Uri => new UriBuilder(Uri.UriSchemeHttp, Host, Port).Uri;

    public static EndpointAddress Of(ServiceEndpoint endpoint) => Of(endpoint.EndPoint);

    public static EndpointAddress Of(EndPoint endpoint) => endpoint switch
    {
        DnsEndPoint dns => new EndpointAddress(dns.Host, dns.Port),
        IPEndPoint ip => new EndpointAddress(ip.Address.ToString(), ip.Port),
        UriEndPoint { Uri: var uri } => new EndpointAddress(uri.Host, uri.Port),
        var other => throw new NotSupportedException($"An executor cannot be reached at {other}."),
    };
}
