using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>An application made of resources, ready to run.</summary>
public partial class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly AppHostRun? _run;
    private int _disposed;

    internal DistributedApplication(IHost host, AppHostRun? run)
    {
        _host = host;
        _run = run;
        Logger = host.Services.GetRequiredService<ILogger<DistributedApplication>>();
    }

    public IServiceProvider Services => _host.Services;

    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    internal ILogger Logger { get; }

    internal ApplicationOrchestrator Orchestrator => Services.GetRequiredService<ApplicationOrchestrator>();

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        CreateBuilder(new DistributedApplicationOptions { Args = args });

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) =>
        new DistributedApplicationBuilder(options, AppHostRun.Current);

    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until Ctrl+C or SIGTERM, and ends everything that it started.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (_run is not null)
        {
            // A test starts and stops the application; its entry point only waits for that to be over.
            await _run.Finished;
            return;
        }

        var stopping = Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await StartAsync(cancellationToken);
            await _host.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested || cancellationToken.IsCancellationRequested)
        {
            // Told to stop while it still started.
        }
        finally
        {
            await StopAsync(CancellationToken.None);
            await DisposeAsync();
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        Log.Starting(Logger);
        var model = Services.GetRequiredService<DistributedApplicationModel>();
        await Services.GetRequiredService<IDistributedApplicationEventing>()
            .PublishAsync(new BeforeStartEvent(Services, model), cancellationToken);
        await _host.StartAsync(cancellationToken);
        Log.Started(Logger);
    }

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_disposed == 0)
        {
            await _host.StopAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            _host.Dispose();
        }

        _run?.Finish();
        GC.SuppressFinalize(this);
    }

    private static partial class Log
    {
        [LoggerMessage(8, LogLevel.Information, "Distributed application starting.")]
        public static partial void Starting(ILogger logger);

        [LoggerMessage(9, LogLevel.Information, "Distributed application started. Press Ctrl+C to shut down.")]
        public static partial void Started(ILogger logger);
    }
}
