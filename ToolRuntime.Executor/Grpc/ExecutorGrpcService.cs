using Grpc.Core;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Executor.Streaming;

namespace ToolRuntime.Executor.Grpc;

/// <summary>The executor as the gateway sees it.</summary>
internal sealed class ExecutorGrpcService(
    CallParser parser,
    ToolExecutor executor,
    RunningExecutions running,
    ExecutorStateSource state,
    ResponseMapper responses,
    CallDrain drain,
    TimeProvider time)
    : ExecutorService.ExecutorServiceBase
{
    // A reader who takes nothing more for so long once the call is over is not waited for.
    private static readonly TimeSpan LastRead = TimeSpan.FromMinutes(1);

    public override async Task<ExecuteToolResponse> Execute(ExecuteToolRequest request, ServerCallContext context)
    {
        try
        {
            var call = parser.Parse(request);
            if (request.ExecutionId.Length == 0)
            {
                // Nobody knows the id while it runs.
                return responses.Map(await executor.ExecuteAsync(call, context.CancellationToken));
            }

            using var execution = running.Begin(call.ExecutionId, context.CancellationToken);
            return responses.Map(await executor.ExecuteAsync(call, execution.Token));
        }
        catch (CallException exception)
        {
            throw CallStatus.Of(exception);
        }
        catch (OperationCanceledException)
        {
            throw Cancelled(context);
        }
    }

    public override async Task ExecuteStream(
        ExecuteToolRequest request, IServerStreamWriter<ExecutionEvent> responseStream, ServerCallContext context)
    {
        try
        {
            var call = parser.Parse(request);
            var execution = running.Begin(call.ExecutionId, context.CancellationToken);
            using var reading = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
            var events = new EventBuffer(time);
            var run = RunAsync(call, events, execution, reading);
            try
            {
                await foreach (var happened in events.ReadAllAsync(reading.Token))
                {
                    await responseStream.WriteAsync(happened, reading.Token);
                }
            }
            finally
            {
                // Where the reader is gone the call is over too; where the call is over this does nothing.
                execution.Cancel();
                await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await run;
        }
        catch (CallException exception)
        {
            throw CallStatus.Of(exception);
        }
        catch (OperationCanceledException)
        {
            throw Cancelled(context);
        }
    }

    public override async Task<CancelExecutionResponse> Cancel(CancelExecutionRequest request, ServerCallContext context)
    {
        try
        {
            await running.CancelAsync(request.ExecutionId, context.CancellationToken);
            return new CancelExecutionResponse();
        }
        catch (CallException exception)
        {
            throw CallStatus.Of(exception);
        }
    }

    public override async Task Watch(
        WatchRequest request, IServerStreamWriter<ExecutorState> responseStream, ServerCallContext context)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, drain.Draining);
            while (true)
            {
                var tools = state.Tools;
                await responseStream.WriteAsync(state.Of(tools), either.Token);
                await tools.Replaced.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (drain.Draining.IsCancellationRequested)
        {
            await responseStream.WriteAsync(state.Of(state.Tools), context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The gateway went away.
        }
    }

    private async Task RunAsync(ToolCall call, EventBuffer events, RunningExecution execution, CancellationTokenSource reading)
    {
        ExecuteToolResponse? result = null;
        try
        {
            using (execution)
            {
                result = responses.Map(await executor.ExecuteAsync(call, execution.Token, events));
            }
        }
        finally
        {
            reading.CancelAfter(LastRead);
            events.Complete(result);
        }
    }

    private static RpcException Cancelled(ServerCallContext context) => new(new Status(
        StatusCode.Cancelled,
        context.CancellationToken.IsCancellationRequested ? "The caller went away." : "The execution was cancelled."));
}
