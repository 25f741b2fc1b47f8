using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ToolRuntime.Client;

/// <summary>
/// The connection to the gateway. It is made without HttpClientFactory: a resilience handler among an application's defaults
/// for HTTP clients would run tools twice.
/// </summary>
internal sealed class GatewayChannel : IDisposable
{
    private const string EndpointName = "grpc";

    // A result fits, and the gateway need not wait for the window while it writes it. Kestrel, once it has waited, may lose
    // the answer to a later call on the same connection (https://github.com/dotnet/aspnetcore/issues/53736).
    private const int ResultWindow = 16 * 1024 * 1024;

    private readonly GrpcChannel _channel;

    public GatewayChannel(IOptions<ToolRuntimeClientOptions> options, IConfiguration? configuration, ILoggerFactory? loggerFactory)
    {
        var client = options.Value;
        var addresses = client.Address is { } address ? [address] : AddressesOf(client.ServiceName, configuration);
        var isOne = addresses.Length == 1;
        _channel = GrpcChannel.ForAddress(isOne ? addresses[0] : Endpoints.Target, new GrpcChannelOptions
        {
            Credentials = addresses[0].Scheme == Uri.UriSchemeHttps ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
            ServiceProvider = isOne ? null : new Endpoints(addresses),
            LoggerFactory = loggerFactory,
            // What a result may be is the gateway's to say.
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            // A gateway that comes back is found again within a second.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                InitialHttp2StreamWindowSize = ResultWindow,
                EnableMultipleHttp2Connections = true,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                KeepAlivePingDelay = TimeSpan.FromSeconds(30),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            },
        });
        Invoker = client.ApiKey is { Length: > 0 } key
            ? _channel.Intercept(metadata =>
            {
                metadata.Add("authorization", $"Bearer {key}");
                return metadata;
            })
            : _channel.CreateCallInvoker();
    }

    public CallInvoker Invoker { get; }

    public void Dispose() => _channel.Dispose();

    private static Uri[] AddressesOf(string serviceName, IConfiguration? configuration)
    {
        Uri[] addresses =
        [
            .. configuration?.GetSection($"services:{serviceName}:{EndpointName}").GetChildren()
                .Select(child => child.Value).OfType<string>().Select(value => new Uri(value)) ?? [],
        ];
        return addresses.Length > 0 ? addresses : throw new InvalidOperationException(
            $"The gateway's address is not known: set {ToolRuntimeClientOptions.Section}:{nameof(ToolRuntimeClientOptions.Address)}, "
            + $"or services:{serviceName}:{EndpointName}:0, as Aspire's WithReference does.");
    }

    /// <summary>Where gRPC asks for what resolves the name of several endpoints.</summary>
    private sealed class Endpoints(Uri[] addresses) : IServiceProvider
    {
        private readonly ResolverFactory[] _factories =
            [new StaticResolverFactory(_ => addresses.Select(address => new BalancerAddress(address.Host, address.Port)))];

        public static Uri Target { get; } = new("static:///gateway");

        public object? GetService(Type serviceType) => serviceType == typeof(IEnumerable<ResolverFactory>) ? _factories : null;
    }
}
