using System.Security.Cryptography;
using System.Text;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Limits;

/// <summary>A gateway without executors, with a key and with short patience.</summary>
public sealed class HostedGateway : IAsyncLifetime
{
    private GrpcChannel? _channel;
    private ServiceProcess? _gateway;

    internal string Key { get; } = ApiKey.Create();

    internal ServiceProcess Gateway => _gateway!;

    /// <summary>Presents the key.</summary>
    internal HttpClient Http { get; } = new();

    /// <inheritdoc cref="Http"/>
    internal ToolService.ToolServiceClient Client { get; private set; } = null!;

    internal static Task<ServiceProcess> StartAsync(Dictionary<string, string> settings) => ServiceProcess.StartAsync("ToolRuntime.Gateway", settings);

    public async ValueTask InitializeAsync()
    {
        _gateway = await StartAsync(new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Authentication__Keys__one__Sha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
            ["Authentication__Keys__one__Tools__0"] = "*",
            ["Gateway__MaxMessageBytes"] = "1000000",
            ["Kestrel__Limits__KeepAliveTimeout"] = "00:00:03",
            ["Kestrel__Limits__RequestHeadersTimeout"] = "00:00:03",
            ["Kestrel__Limits__MinRequestBodyDataRate__BytesPerSecond"] = "240",
            ["Kestrel__Limits__MinRequestBodyDataRate__GracePeriod"] = "00:00:02",
        });
        Http.BaseAddress = _gateway.Http;
        Http.DefaultRequestHeaders.Add("X-Api-Key", Key);
        _channel = GrpcChannel.ForAddress(_gateway.Grpc, new GrpcChannelOptions { MaxSendMessageSize = null });
        Client = new ToolService.ToolServiceClient(_channel.Intercept(headers =>
        {
            headers.Add("x-api-key", Key);
            return headers;
        }));
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        Http.Dispose();
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }
    }
}
