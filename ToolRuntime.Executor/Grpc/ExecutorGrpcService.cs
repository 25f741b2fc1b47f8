using Grpc.Core;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Execution;

namespace ToolRuntime.Executor.Grpc;

/// <summary>The executor as the gateway sees it.</summary>
internal sealed class ExecutorGrpcService(
    CallParser parser, ToolExecutor executor, ExecutorStateSource state, ResponseMapper responses, CallDrain drain)
    : ExecutorService.ExecutorServiceBase
{
    public override async Task<ExecuteToolResponse> Execute(ExecuteToolRequest request, ServerCallContext context)
    {
        try
        {
            var call = parser.Parse(request);
            return responses.Map(await executor.ExecuteAsync(call, context.CancellationToken));
        }
        catch (CallException exception)
        {
            throw CallStatus.Of(exception);
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller went away."));
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
}
