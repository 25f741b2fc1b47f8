using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>While a resource runs, asks its health checks; says once per run that it is ready.</summary>
internal sealed partial class HealthMonitor(ApplicationServices application, HealthCheckService healthChecks)
{
    private static readonly TimeSpan UntilHealthy = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan OnceHealthy = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var running = new Dictionary<IResource, (CancellationTokenSource End, Task Monitoring)>();
        var ended = new HashSet<IResource>();
        try
        {
            await foreach (var update in application.Notifications.WatchAsync(cancellationToken))
            {
                var runs = update.Snapshot.State?.Text == KnownResourceStates.Running;
                if (runs && !running.ContainsKey(update.Resource))
                {
                    var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    running[update.Resource] = (end, MonitorAsync(update.Resource, end.Token));
                }
                else if (!runs && running.Remove(update.Resource, out var run))
                {
                    await EndAsync(run.End, run.Monitoring);
                }

                if (!update.Snapshot.IsTerminal)
                {
                    ended.Remove(update.Resource);
                }
                else if (ended.Add(update.Resource))
                {
                    await PublishStoppedAsync(update, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            foreach (var (end, monitoring) in running.Values)
            {
                await EndAsync(end, monitoring);
            }
        }
    }

    private static async Task EndAsync(CancellationTokenSource end, Task monitoring)
    {
        await end.CancelAsync();
        await monitoring;
        end.Dispose();
    }

    private async Task MonitorAsync(IResource resource, CancellationToken cancellationToken)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => check.Key).ToHashSet(StringComparer.Ordinal);
        var ready = false;
        try
        {
            while (true)
            {
                var healthy = keys.Count == 0 || await CheckAsync(resource, keys, cancellationToken);
                if (healthy && !ready)
                {
                    ready = true;
                    await PublishReadyAsync(resource, cancellationToken);
                }

                if (keys.Count == 0)
                {
                    return;
                }

                await Task.Delay(healthy ? OnceHealthy : UntilHealthy, application.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It no longer runs.
        }
        catch (Exception exception)
        {
            Log.MonitoringFailed(application.Logger, exception, resource.Name);
        }
    }

    private async Task<bool> CheckAsync(IResource resource, HashSet<string> keys, CancellationToken cancellationToken)
    {
        var report = await healthChecks.CheckHealthAsync(check => keys.Contains(check.Name), cancellationToken);
        var now = application.Time.GetUtcNow().UtcDateTime;
        ImmutableArray<HealthReportSnapshot> reports =
        [
            .. report.Entries.Select(entry => new HealthReportSnapshot(
                entry.Key, entry.Value.Status, entry.Value.Description, entry.Value.Exception?.ToString()) { LastRunAt = now }),
            .. keys.Except(report.Entries.Keys).Select(key => new HealthReportSnapshot(
                key, HealthStatus.Unhealthy, "No health check is registered under this name.", null) { LastRunAt = now }),
        ];
        cancellationToken.ThrowIfCancellationRequested();
        await application.Notifications.PublishUpdateAsync(resource, snapshot => snapshot with { HealthReports = reports });
        return reports.All(check => check.Status == HealthStatus.Healthy);
    }

    private async Task PublishReadyAsync(IResource resource, CancellationToken cancellationToken)
    {
        var subscribers = application.Eventing.PublishAsync(new ResourceReadyEvent(resource, application.Services), cancellationToken);
        try
        {
            await subscribers;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.ReadyFailed(application.Logger, exception, resource.Name);
        }

        await application.Notifications.PublishUpdateAsync(resource, snapshot => snapshot with { ReadyEvent = subscribers });
    }

    private async Task PublishStoppedAsync(ResourceEvent update, CancellationToken cancellationToken)
    {
        try
        {
            await application.Eventing.PublishAsync(
                new ResourceStoppedEvent(update.Resource, application.Services, update), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.StoppedFailed(application.Logger, exception, update.Resource.Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(14, LogLevel.Error, "The health of resource '{Resource}' is no longer watched.")]
        public static partial void MonitoringFailed(ILogger logger, Exception exception, string resource);

        [LoggerMessage(15, LogLevel.Error, "A subscriber to the ready event of resource '{Resource}' failed.")]
        public static partial void ReadyFailed(ILogger logger, Exception exception, string resource);

        [LoggerMessage(16, LogLevel.Error, "A subscriber to the stopped event of resource '{Resource}' failed.")]
        public static partial void StoppedFailed(ILogger logger, Exception exception, string resource);
    }
}
