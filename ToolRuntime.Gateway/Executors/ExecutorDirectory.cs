using System.Collections.Concurrent;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Executors.Balancing;

namespace ToolRuntime.Gateway.Executors;

/// <summary>Every executor that service discovery knows, and what each tells of itself.</summary>
internal sealed partial class ExecutorDirectory(
    ExecutorEndpoints endpoints,
    ExecutorChannels channels,
    ExecutorLoads loads,
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

    /// <summary>Whether an executor is ready that the call has not tried.</summary>
    public bool HasReadyBeside(CallRoute call) =>
        _watched.Any(executor => executor.Value.Watch.Status.Condition == ExecutorCondition.Ready && !call.HasTried(executor.Key));

    /// <summary>Cancels an execution at an executor, and waits for its end.</summary>
    /// <returns>Whether it ran there.</returns>
    public async Task<bool> CancelAsync(EndpointAddress address, string executionId, CancellationToken cancellationToken) =>
        _watched.TryGetValue(address, out var executor) && await executor.Watch.CancelAsync(executionId, cancellationToken);

    /// <summary>Cancels an execution at whichever executor runs it, and waits for its end.</summary>
    /// <returns>Whether it ran anywhere.</returns>
    public async Task<bool> CancelAnywhereAsync(string executionId, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(_watched.Values
            .Where(executor => executor.Watch.Status.Condition != ExecutorCondition.Unreachable)
            .Select(executor => executor.Watch.CancelAsync(executionId, cancellationToken)));
        return answers.Contains(true);
    }

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
            var watch = new ExecutorWatch(address, channels, loads, time, watchLogger);
            watch.Changed += OnChanged;
            _watched[address] = Watched.Start(watch);
        }

        await Task.WhenAll(_watched.Keys.Except(addresses).Select(StopWatchingAsync));
        await changed.Task.WaitAsync(stoppingToken);
    }

    private async Task StopWatchingAsync(EndpointAddress address)
    {
        if (_watched.TryRemove(address, out var watched))
        {
            await watched.StopAsync();
            loads.Remove(address);
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
            Watch.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The executors' addresses cannot be found out.")]
        public static partial void DiscoveryFailed(ILogger logger, Exception exception);
    }
}
