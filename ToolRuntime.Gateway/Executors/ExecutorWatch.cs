using Grpc.Core;
using Grpc.Net.Client;
using OpenTelemetry;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Executors.Balancing;

namespace ToolRuntime.Gateway.Executors;

/// <summary>Keeps one executor's status: a standing stream, opened again whenever it breaks.</summary>
internal sealed partial class ExecutorWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // An execution ends within a moment of its being cancelled; an executor that hangs does not answer at all.
    private static readonly TimeSpan CancellationLimit = TimeSpan.FromSeconds(5);

    private readonly GrpcChannel _channel;
    private readonly ExecutorService.ExecutorServiceClient _client;
    private readonly ExecutorLoads _loads;
    private readonly EndpointAddress _address;
    private readonly TimeProvider _time;
    private readonly ILogger<ExecutorWatch> _logger;
    private volatile ExecutorStatus _status;

    public ExecutorWatch(
        EndpointAddress address, ExecutorChannels channels, ExecutorLoads loads, TimeProvider time, ILogger<ExecutorWatch> logger)
    {
        _channel = channels.To(address);
        _client = new ExecutorService.ExecutorServiceClient(_channel);
        _loads = loads;
        _address = address;
        _time = time;
        _logger = logger;
        _status = new ExecutorStatus($"{address.Host}:{address.Port}", "", ExecutorCondition.Unreachable, []);
    }

    /// <summary>Raised after each change of the status.</summary>
    public event Action? Changed;

    public ExecutorStatus Status
    {
        get => _status;
        private set
        {
            _status = value;
            Changed?.Invoke();
        }
    }

    /// <summary>Cancels an execution there, and waits for its end.</summary>
    /// <returns>Whether it ran there.</returns>
    public async Task<bool> CancelAsync(string executionId, CancellationToken cancellationToken)
    {
        try
        {
            await _client.CancelAsync(
                new CancelExecutionRequest { ExecutionId = executionId },
                deadline: _time.GetUtcNow().UtcDateTime + CancellationLimit,
                cancellationToken: cancellationToken);
            return true;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
        catch (RpcException exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotCancelled(_logger, _status.Name, exception.Status.Detail);
            return false;
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A stream that stands as long as the executor does is no trace that anybody wants to see.
        using var untraced = SuppressInstrumentationScope.Begin();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(cancellationToken);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException exception)
            {
                if (_status.Condition == ExecutorCondition.Ready)
                {
                    Log.Lost(_logger, _status.Name, exception.Status.Detail);
                }
            }
            catch (Exception exception)
            {
                Log.Failed(_logger, exception, _status.Name);
            }

            if (_status.Condition != ExecutorCondition.Unreachable)
            {
                Status = _status with { Condition = ExecutorCondition.Unreachable };
            }

            await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _channel.Dispose();

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var call = _client.Watch(new WatchRequest(), cancellationToken: cancellationToken);
        await foreach (var state in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            var condition = state.Draining ? ExecutorCondition.Draining : ExecutorCondition.Ready;
            _loads.Of(_address).IsDraining = state.Draining;
            Status = new ExecutorStatus(state.Name, state.HttpAddress, condition, state.Tools);
            Log.Reported(_logger, state.Name, condition, state.Tools.Count);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Executor} is {Condition} with {Count} tools.")]
        public static partial void Reported(ILogger logger, string executor, ExecutorCondition condition, int count);

        [LoggerMessage(2, LogLevel.Warning, "{Executor} is lost: {Reason}")]
        public static partial void Lost(ILogger logger, string executor, string reason);

        [LoggerMessage(4, LogLevel.Warning, "{Executor} did not answer a cancellation: {Reason}")]
        public static partial void NotCancelled(ILogger logger, string executor, string reason);

        [LoggerMessage(3, LogLevel.Error, "The watch of {Executor} failed, and begins again.")]
        public static partial void Failed(ILogger logger, Exception exception, string executor);
    }
}
