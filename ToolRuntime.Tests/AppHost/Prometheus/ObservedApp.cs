using Grpc.Net.Client;
using Projects;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost.Prometheus;

/// <summary>
/// Two executors, a gateway and Prometheus as the AppHost wires them, for those tests alone that stop, kill and count:
/// nobody else calls a tool of it.
/// </summary>
public sealed class ObservedApp : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _data = new();
    private DistributedApplication? _app;
    private GrpcChannel? _channel;

    internal DistributedApplication App => _app!;

    internal HttpClient Prometheus { get; private set; } = null!;

    internal ToolService.ToolServiceClient Client { get; private set; } = null!;

    internal string ConfigurationFile => _data.File("prometheus.yml");

    /// <summary>The program that checks configurations and rules; it comes with Prometheus.</summary>
    internal string Promtool => Path.Combine(Path.GetDirectoryName(Property("prometheus", "executable.path"))!, "promtool");

    public async ValueTask InitializeAsync()
    {
        _app = await StartAsync($"--Prometheus:DataPath={_data.Path}");
        Prometheus = _app.CreateHttpClient("prometheus", "http");
        _channel = GrpcChannel.ForAddress(_app.GetEndpoint("gateway", "grpc"), new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Client = new ToolService.ToolServiceClient(_channel);
        await EveryServiceIsUpAsync(Prometheus);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        Prometheus?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _data.Dispose();
    }

    /// <summary>Starts the AppHost without the dashboard, and waits until its services and Prometheus are healthy.</summary>
    internal static async Task<DistributedApplication> StartAsync(params string[] args)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<ToolRuntime_AppHost>(args, limit.Token);
        var app = await builder.BuildAsync(limit.Token);
        await app.StartAsync(limit.Token);
        foreach (var resource in (string[])["gateway", "prometheus"])
        {
            await app.ResourceNotifications.WaitForResourceHealthyAsync(resource, limit.Token);
        }

        return app;
    }

    internal static Task EveryServiceIsUpAsync(HttpClient prometheus) => Eventually.True(
        async () => (await prometheus.QueryAsync("up == 1")).Length == 3, "a scrape of each service", TimeSpan.FromSeconds(30));

    /// <summary>A property of the resource, as the dashboard shows it.</summary>
    internal string Property(string resource, string name) =>
        App.ResourceNotifications.TryGetCurrentState(resource, out var current)
            ? current.Snapshot.Properties.Single(property => property.Name == name).Value!.ToString()!
            : throw new InvalidOperationException($"Nothing is known of '{resource}'.");
}
