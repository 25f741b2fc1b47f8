using Grpc.Core;
using OpenTelemetry;
using ToolRuntime.Contracts.Executor.V1;

namespace ToolRuntime.Gateway.Executors;

/// <summary>Keeps one executor's status: a standing stream, opened again whenever it breaks.</summary>
/// <param name="changed">Called after each change of the status.</param>
internal sealed partial class ExecutorWatch(
    EndpointAddress address, ExecutorChannels channels, Action changed, TimeProvider time, ILogger<ExecutorWatch> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private volatile ExecutorStatus _status = new($"{address.Host}:{address.Port}", "", ExecutorCondition.Unreachable, []);

    public ExecutorStatus Status
    {
        get => _status;
        private set
        {
            _status = value;
            changed();
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A stream that stands as long as the executor does is no trace that anybody wants to see.
        using var untraced = SuppressInstrumentationScope.Begin();
        using var channel = channels.To(address);
        var client = new ExecutorService.ExecutorServiceClient(channel);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(client, cancellationToken);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException exception)
            {
                if (_status.Condition == ExecutorCondition.Ready)
                {
                    Log.Lost(logger, _status.Name, exception.Status.Detail);
                }
            }
            catch (Exception exception)
            {
                Log.Failed(logger, exception, _status.Name);
            }

            if (_status.Condition != ExecutorCondition.Unreachable)
            {
                Status = _status with { Condition = ExecutorCondition.Unreachable };
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(ExecutorService.ExecutorServiceClient client, CancellationToken cancellationToken)
    {
        using var call = client.Watch(new WatchRequest(), cancellationToken: cancellationToken);
        await foreach (var state in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            var condition = state.Draining ? ExecutorCondition.Draining : ExecutorCondition.Ready;
            Status = new ExecutorStatus(state.Name, state.HttpAddress, condition, state.Tools);
            Log.Reported(logger, state.Name, condition, state.Tools.Count);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Executor} is {Condition} with {Count} tools.")]
        public static partial void Reported(ILogger logger, string executor, ExecutorCondition condition, int count);

        [LoggerMessage(2, LogLevel.Warning, "{Executor} is lost: {Reason}")]
        public static partial void Lost(ILogger logger, string executor, string reason);

        [LoggerMessage(3, LogLevel.Error, "The watch of {Executor} failed, and begins again.")]
        public static partial void Failed(ILogger logger, Exception exception, string executor);
    }
}
