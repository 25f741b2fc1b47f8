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

    // A result fits, and Kestrel need not wait for the window while it writes it. Once it has, it may lose the answer to a
    // later call on the same connection (https://github.com/dotnet/aspnetcore/issues/53736).
    private const int ResultWindow = 16 * 1024 * 1024;

    // A stream's reader may be slow, and what is sent ahead of it lies here meanwhile.
    private const int EventWindow = 64 * 1024;

    /// <summary>
    /// A channel for calls over all executors that service discovery knows, balanced call by call; each is made on a
    /// <see cref="CallRoute"/>.
    /// </summary>
    public GrpcChannel ForCalls() => Balanced(ResultWindow);

    /// <summary>A channel as <see cref="ForCalls"/> makes it, for calls that are followed event by event.</summary>
    public GrpcChannel ForStreams() => Balanced(EventWindow);

    /// <summary>A channel to one executor.</summary>
    public GrpcChannel To(EndpointAddress address) => Create(address.Uri.ToString(), serviceConfig: null, EventWindow);

    private GrpcChannel Balanced(int window) => Create($"{DiscoveryScheme}:///executor", new ServiceConfig
    {
        LoadBalancingConfigs = { new LoadBalancingConfig(LeastLoadedBalancerFactory.PolicyName) },
    }, window);

    private GrpcChannel Create(string address, ServiceConfig? serviceConfig, int window) =>
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
                InitialHttp2StreamWindowSize = window,
                EnableMultipleHttp2Connections = true,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                KeepAlivePingDelay = KeepAlive,
                KeepAlivePingTimeout = KeepAlive,
            },
        });
}
