using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Options;
using ToolRuntime.Gateway.Executors.Balancing;

namespace ToolRuntime.Gateway.Executors;

/// <summary>
/// Makes gRPC channels to executors: cleartext HTTP/2, kept alive, without retries, since a retry could run a tool twice.
/// </summary>
internal sealed class ExecutorChannels(IServiceProvider services, ILoggerFactory loggerFactory, IOptions<GatewayOptions> options)
{
    public const string DiscoveryScheme = "discovery";

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);

    // An executor that comes back is found again within a second.
    private static readonly TimeSpan FirstReconnect = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestReconnect = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A channel over all executors that service discovery knows, balanced call by call; each is made on a
    /// <see cref="CallRoute"/>.
    /// </summary>
    public GrpcChannel Balanced() => Create($"{DiscoveryScheme}:///executor", new ServiceConfig
    {
        LoadBalancingConfigs = { new LoadBalancingConfig(LeastLoadedBalancerFactory.PolicyName) },
    });

    /// <summary>A channel to one executor.</summary>
    public GrpcChannel To(EndpointAddress address) => Create(address.Uri.ToString(), serviceConfig: null);

    private GrpcChannel Create(string address, ServiceConfig? serviceConfig) =>
        GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceConfig = serviceConfig,
            ServiceProvider = services,
            LoggerFactory = loggerFactory,
            MaxReceiveMessageSize = options.Value.MaxMessageBytes,
            MaxSendMessageSize = options.Value.MaxMessageBytes,
            InitialReconnectBackoff = FirstReconnect,
            MaxReconnectBackoff = LongestReconnect,
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                KeepAlivePingDelay = KeepAlive,
                KeepAlivePingTimeout = KeepAlive,
            },
        });
}
