using System.Globalization;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Projects;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.AppHost;
using ToolRuntime.Tests.Support;

[assembly: AssemblyFixture(typeof(RunningApp))]

namespace ToolRuntime.Tests.AppHost;

/// <summary>The AppHost as users start it, with its dashboard and the sample tools, on free ports.</summary>
public sealed class RunningApp : IAsyncLifetime
{
    public const string BrowserToken = "token-of-the-tests";
    private const string ApiKey = "key-of-the-tests";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly SemaphoreSlim _starting = new(1);
    private readonly TemporaryFolder _data = new();
    private DistributedApplication? _app;
    private GrpcChannel? _channel;

    internal DistributedApplication App => _app!;

    internal HttpClient Gateway { get; private set; } = null!;

    internal ToolService.ToolServiceClient Client { get; private set; } = null!;

    /// <summary>The dashboard, with the key of its telemetry API.</summary>
    internal HttpClient Dashboard { get; private set; } = null!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts it for the first test that needs it.</summary>
    internal async Task EnsureStartedAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_app is null)
            {
                await StartAsync();
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Waits until the resource's console has a line with the text.</summary>
    internal async Task LineAsync(string resource, string text, CancellationToken cancellationToken)
    {
        Assert.True(App.ResourceNotifications.TryGetCurrentState(resource, out var current));
        var loggers = App.Services.GetRequiredService<ResourceLoggerService>();
        await foreach (var lines in loggers.WatchAsync(current.ResourceId).WithCancellation(cancellationToken))
        {
            if (lines.Any(line => line.Content.Contains(text, StringComparison.Ordinal)))
            {
                return;
            }
        }

        Assert.Fail($"The console of '{resource}' ended without: {text}");
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        Gateway?.Dispose();
        Dashboard?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _data.Dispose();
        _starting.Dispose();
    }

    private async Task StartAsync()
    {
        var dashboardPort = Free.Port();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<ToolRuntime_AppHost>(
            [
                $"--Ports:Dashboard={dashboardPort.ToString(CultureInfo.InvariantCulture)}",
                $"--AppHost:BrowserToken={BrowserToken}",
                $"--AppHost:DashboardApiKey={ApiKey}",
                $"--Prometheus:DataPath={_data.Path}",
            ],
            (options, _) => options.DisableDashboard = false);
        _app = await builder.BuildAsync();
        using var limit = new CancellationTokenSource(StartLimit);
        await _app.StartAsync(limit.Token);
        foreach (var resource in (string[])["executor-0", "executor-1", "gateway"])
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, limit.Token);
        }

        Gateway = _app.CreateHttpClient("gateway", "http");
        Dashboard = new HttpClient { BaseAddress = new UriBuilder("http", "localhost", dashboardPort).Uri };
        Dashboard.DefaultRequestHeaders.Add("x-api-key", ApiKey);
        _channel = GrpcChannel.ForAddress(_app.GetEndpoint("gateway", "grpc"));
        Client = new ToolService.ToolServiceClient(_channel);
    }
}
