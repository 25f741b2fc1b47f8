using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Brings the model to life when the host starts, and ends it when the host stops.</summary>
internal sealed partial class ApplicationOrchestrator(
    ApplicationServices application,
    AspireBundle bundle,
    HealthMonitor health,
    ResourceServiceHost resourceService) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan BackgroundTimeout = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _running = CancellationTokenSource.CreateLinkedTokenSource(application.Stopping);
    private readonly List<Task> _background = [];
    private Dictionary<string, ProcessRunner> _runners = [];
    private DcpSession? _dcp;
    private int _stopped;

    internal string? SessionFolder => _dcp?.Folder;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var resource in application.Model.Resources)
        {
            await application.Notifications.PublishUpdateAsync(resource, static snapshot => snapshot);
        }

        _background.Add(health.RunAsync(_running.Token));

        var session = StartDcpAsync(cancellationToken);
        await Task.WhenAll(session, resourceService.StartAsync(cancellationToken));

        var dcp = (await session).Client;
        var endpoints = new EndpointAllocator(dcp, application.Time);
        var specification = new ProcessSpecification(application.ExecutionContext);
        _runners = application.Model.Resources.Where(ProcessSpecification.IsProcess)
            .Select(resource => new ProcessRunner(resource, dcp, endpoints, specification, application))
            .ToDictionary(runner => runner.Name, StringComparer.Ordinal);
        _background.Add(new ProcessWatch(dcp, _runners, application).RunAsync(_running.Token));

        await Task.WhenAll(application.Model.Resources.Select(resource => AllocateAsync(endpoints, resource, cancellationToken)));
        foreach (var resource in application.Model.Resources)
        {
            _background.Add(InitializeAsync(resource, _running.Token));
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        await _running.CancelAsync();
        if (_dcp is not null)
        {
            await _dcp.DisposeAsync();
        }

        await FinishBackgroundAsync();
        await resourceService.DisposeAsync();
        foreach (var runner in _runners.Values)
        {
            runner.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _running.Dispose();
    }

    /// <summary>Goes on when whoever asked for it no longer waits: the dashboard's page may have been left.</summary>
    public Task StartAsync(IResource resource, CancellationToken cancellationToken) =>
        _runners[resource.GetInstanceId()].StartAsync(_running.Token).WaitAsync(cancellationToken);

    public Task StopAsync(IResource resource, CancellationToken cancellationToken) =>
        _runners[resource.GetInstanceId()].StopAsync(cancellationToken);

    private async Task<DcpSession> StartDcpAsync(CancellationToken cancellationToken) =>
        _dcp = await DcpSession.StartAsync(bundle, application.Time, application.Logger, cancellationToken);

    private async Task AllocateAsync(EndpointAllocator endpoints, IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await endpoints.AllocateAsync(resource, cancellationToken);
            if (resource is IResourceWithEndpoints && resource.HasAnnotationOfType<EndpointAnnotation>())
            {
                await application.Eventing.PublishAsync(
                    new ResourceEndpointsAllocatedEvent(resource, application.Services), cancellationToken);
            }
        }
        catch (DistributedApplicationException exception)
        {
            // The start meets it again, and there it becomes the resource's state.
            Log.NotAllocated(application.Logger, exception, resource.Name);
        }
    }

    private async Task InitializeAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await application.Eventing.PublishAsync(
                new InitializeResourceEvent(
                    resource, application.Eventing, application.Loggers, application.Notifications, application.Services),
                cancellationToken);
            if (!_runners.TryGetValue(resource.GetInstanceId(), out var runner))
            {
                await PublishUrlsAsync(resource, cancellationToken);
            }
            else if (resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
            {
                await application.Notifications.PublishUpdateAsync(resource, snapshot => snapshot with { State = KnownResourceStates.NotStarted });
            }
            else
            {
                await runner.StartAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops.
        }
        catch (Exception exception)
        {
            Log.NotInitialized(application.Logger, exception, resource.Name);
            await application.Notifications.PublishUpdateAsync(
                resource, snapshot => snapshot with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) });
        }
    }

    /// <summary>A subscriber that does not heed its cancellation holds nothing up.</summary>
    private async Task FinishBackgroundAsync()
    {
        try
        {
            await Task.WhenAll(_background).WaitAsync(BackgroundTimeout, application.Time);
        }
        catch (TimeoutException exception)
        {
            Log.BackgroundLeft(application.Logger, exception);
        }
    }

    private async Task PublishUrlsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var urls = await ResourceUrls.ResolveAsync(resource, application.ExecutionContext, cancellationToken);
        if (urls.Length > 0)
        {
            await application.Notifications.PublishUpdateAsync(resource, snapshot => snapshot with { Urls = urls });
        }
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Debug, "Resource '{Resource}' has endpoints without an address.")]
        public static partial void NotAllocated(ILogger logger, Exception exception, string resource);

        [LoggerMessage(11, LogLevel.Error, "Resource '{Resource}' could not be initialized.")]
        public static partial void NotInitialized(ILogger logger, Exception exception, string resource);

        [LoggerMessage(12, LogLevel.Warning, "Something that the application started goes on after its end.")]
        public static partial void BackgroundLeft(ILogger logger, Exception exception);
    }
}
