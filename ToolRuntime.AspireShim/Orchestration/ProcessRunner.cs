using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Starts and stops one resource's process, any number of times.</summary>
internal sealed partial class ProcessRunner(
    IResource resource,
    DcpClient dcp,
    EndpointAllocator endpoints,
    ProcessSpecification specification,
    ApplicationServices application) : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _updating = new(1, 1);
    private readonly DcpKind _kind = ProcessSpecification.KindOf(resource);
    private readonly ILogger _console = application.Loggers.GetLogger(resource);
    private CancellationTokenSource? _starting;
    private ProcessRun? _run;
    private DcpProcess? _latest;

    public string Name { get; } = resource.GetInstanceId();

    /// <summary>Fails in the resource's own state and console, never in the caller.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var starting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await _turn.WaitAsync(cancellationToken);
        _starting = starting;
        try
        {
            await CreateAsync(starting.Token);
        }
        catch (OperationCanceledException) when (starting.IsCancellationRequested)
        {
            await PublishAsync(KnownResourceStates.NotStarted);
        }
        catch (Exception exception)
        {
            Log.FailedToStart(application.Logger, resource.Name, exception.Message);
            Log.ConsoleFailedToStart(_console, exception is DistributedApplicationException ? null : exception, exception.Message);
            await PublishAsync(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error);
        }
        finally
        {
            _starting = null;
            _turn.Release();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await CallOffStartAsync();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_run is not { Ended: false })
            {
                return;
            }

            if (IsWithoutRuntime())
            {
                await RemoveEarlierAsync(cancellationToken);
                await PublishAsync(KnownResourceStates.Exited);
                return;
            }

            await PublishAsync(KnownResourceStates.Stopping);
            await dcp.PatchAsync(_kind.Collection, Name, new { spec = new { stop = true } }, cancellationToken);
            await application.Notifications.WaitForResourceAsync(resource.Name, update => update.Snapshot.IsTerminal, cancellationToken)
                .WaitAsync(StopTimeout, application.Time, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        _updating.Dispose();
    }

    /// <summary>A start that still waits for something gives up its turn.</summary>
    private async Task CallOffStartAsync()
    {
        try
        {
            if (_starting is { } starting)
            {
                await starting.CancelAsync();
            }
        }
        catch (ObjectDisposedException)
        {
            // It has just come to its end.
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (_run is { Ended: false })
        {
            return;
        }

        var waits = resource.HasAnnotationOfType<WaitAnnotation>();
        await PublishAsync(waits ? KnownResourceStates.Waiting : KnownResourceStates.Starting);
        await endpoints.AllocateAsync(resource, cancellationToken);
        await RefreshUrlsAsync(cancellationToken);
        if (waits)
        {
            await application.Notifications.WaitForDependenciesAsync(resource, cancellationToken);
            await PublishAsync(KnownResourceStates.Starting);
        }

        await application.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, application.Services), cancellationToken);
        await RemoveEarlierAsync(cancellationToken);
        EndpointAllocator.CheckPortsWithoutProxy(resource);

        var plan = await specification.CreateAsync(resource, _console, cancellationToken);
        var metadata = new DcpMetadata(Name)
        {
            Annotations = new Dictionary<string, string>
            {
                ["resource-name"] = resource.Name,
                ["service-producer"] = ProcessSpecification.Producers(resource),
            },
        };
        // Not to be called off half-way: there would be an object that nobody knows of.
        cancellationToken.ThrowIfCancellationRequested();
        var created = await dcp.CreateAsync<DcpProcess>(
            _kind.Collection, new DcpObject(_kind.Name, metadata, plan.Spec), application.Stopping);
        await ClaimAsync(new ProcessRun(created.Metadata.Uid, plan));
    }

    /// <summary>DCP starts an object's process once only, so a second start needs a new object.</summary>
    private async Task RemoveEarlierAsync(CancellationToken cancellationToken)
    {
        if (_run is null)
        {
            return;
        }

        await dcp.DeleteAsync(_kind.Collection, Name, cancellationToken);
        while (await dcp.GetAsync<DcpProcess>(_kind.Collection, Name, cancellationToken) is not null)
        {
            await Task.Delay(PollInterval, application.Time, cancellationToken);
        }

        _run = null;
    }

    /// <summary>A container that no runtime has begun has no end either, of which DCP could tell.</summary>
    private bool IsWithoutRuntime() =>
        application.Notifications.TryGetCurrentState(Name, out var current)
        && current.Snapshot.State?.Text == KnownResourceStates.RuntimeUnhealthy;

    private async Task RefreshUrlsAsync(CancellationToken cancellationToken)
    {
        var urls = await ResourceUrls.ResolveAsync(resource, application.ExecutionContext, cancellationToken);
        await application.Notifications.PublishUpdateAsync(resource, snapshot => snapshot with { Urls = urls });
    }

    private Task PublishAsync(string state, string? style = null) => application.Notifications.PublishUpdateAsync(
        resource, snapshot => snapshot with { State = new ResourceStateSnapshot(state, style), ExitCode = null, StopTimeStamp = null });

    private static partial class Log
    {
        [LoggerMessage(17, LogLevel.Error, "Resource '{Resource}' failed to start: {Reason}")]
        public static partial void FailedToStart(ILogger logger, string resource, string reason);

        [LoggerMessage(18, LogLevel.Error, "Failed to start: {Reason}")]
        public static partial void ConsoleFailedToStart(ILogger logger, Exception? exception, string reason);

        [LoggerMessage(19, LogLevel.Warning, "Resource '{Resource}' ended with exit code {ExitCode}.")]
        public static partial void Ended(ILogger logger, string resource, int exitCode);
    }
}
