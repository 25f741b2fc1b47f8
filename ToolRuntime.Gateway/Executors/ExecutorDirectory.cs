using System.Collections.Concurrent;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Gateway.Executors;

/// <summary>Every executor that service discovery knows, and what each tells of itself.</summary>
internal sealed partial class ExecutorDirectory(
    ExecutorEndpoints endpoints,
    ExecutorChannels channels,
    TimeProvider time,
    ILogger<ExecutorWatch> watchLogger,
    ILogger<ExecutorDirectory> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EndpointAddress, Watched> _watched = new();

    /// <summary>Raised after an executor came, went, or told something new of itself.</summary>
    public event Action? Changed;

    public IReadOnlyList<ExecutorStatus> Executors =>
        [.. _watched.Values.Select(watched => watched.Watch.Status).OrderBy(status => status.Name, StringComparer.Ordinal)];

    /// <summary>The tools of all executors by id. One that loads anywhere is listed as it is there.</summary>
    public IReadOnlyList<Tool> Tools =>
        [.. Executors
            .Where(executor => executor.Condition == ExecutorCondition.Ready)
            .SelectMany(executor => executor.Tools)
            .GroupBy(tool => tool.Id, StringComparer.Ordinal)
            .Select(sameId => sameId.MinBy(tool => tool.LoadError.Length)!)
            .OrderBy(tool => tool.Id, StringComparer.Ordinal)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                Log.DiscoveryFailed(logger, exception);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(_watched.Keys.Select(StopWatchingAsync));
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        var source = await endpoints.GetAsync(stoppingToken);
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = source.ChangeToken.RegisterChangeCallback(_ => changed.TrySetResult(), null);
        var addresses = source.Endpoints.Select(EndpointAddress.Of).ToHashSet();
        foreach (var address in addresses.Except(_watched.Keys))
        {
            _watched[address] = Watched.Start(new ExecutorWatch(address, channels, OnChanged, time, watchLogger));
        }

        await Task.WhenAll(_watched.Keys.Except(addresses).Select(StopWatchingAsync));
        await changed.Task.WaitAsync(stoppingToken);
    }

    private async Task StopWatchingAsync(EndpointAddress address)
    {
        if (_watched.TryRemove(address, out var watched))
        {
            await watched.StopAsync();
            OnChanged();
        }
    }

    private void OnChanged() => Changed?.Invoke();

    private sealed record Watched(ExecutorWatch Watch, Task Running, CancellationTokenSource Stopping)
    {
        public static Watched Start(ExecutorWatch watch)
        {
            var stopping = new CancellationTokenSource();
            return new Watched(watch, watch.RunAsync(stopping.Token), stopping);
        }

        public async Task StopAsync()
        {
            await Stopping.CancelAsync();
            await Running;
            Stopping.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The executors' addresses cannot be found out.")]
        public static partial void DiscoveryFailed(ILogger logger, Exception exception);
    }
}
