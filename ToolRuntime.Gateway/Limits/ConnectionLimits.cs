using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ToolRuntime.Gateway.Limits;

/// <summary>
/// What connections and requests may be at all, in one place. <c>Kestrel:Limits</c> goes before it, by the names of
/// <see cref="KestrelServerLimits"/>.
/// </summary>
internal sealed class ConnectionLimits(IOptions<GatewayOptions> gateway, IConfiguration configuration) : IConfigureOptions<KestrelServerOptions>
{
    public const string Section = "Kestrel:Limits";

    public void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;

        var limits = options.Limits;
        // Of each endpoint. One more is closed as soon as it is accepted.
        limits.MaxConcurrentConnections = 10_000;
        // Nothing here upgrades to WebSockets.
        limits.MaxConcurrentUpgradedConnections = 0;

        // How long a connection may be without a request, its first one included; above the 60 s after which load
        // balancers let go of theirs.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        // A body, or an answer's reader, slower than this after five seconds is cut off.
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, TimeSpan.FromSeconds(5));

        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestBodySize = gateway.Value.MaxMessageBytes;
        limits.MaxRequestBufferSize = 1024 * 1024;
        limits.MaxResponseBufferSize = 64 * 1024;

        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.MaxFrameSize = 16 * 1024;
        limits.Http2.MaxRequestHeaderFieldSize = 32 * 1024;
        limits.Http2.HeaderTableSize = 4 * 1024;
        limits.Http2.InitialConnectionWindowSize = 1024 * 1024;
        limits.Http2.InitialStreamWindowSize = 768 * 1024;
        // A connection whose other end is gone without a word ends after both.
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

        configuration.GetSection(Section).Bind(limits);
    }
}
