using Grpc.Core;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Execution;
using ToolRuntime.Gateway.Executors;

namespace ToolRuntime.Gateway.Grpc;

/// <summary>The public gRPC service.</summary>
internal sealed class ToolGrpcService(ToolCaller caller, ExecutorDirectory directory) : ToolService.ToolServiceBase
{
    public override Task<ListToolsResponse> ListTools(ListToolsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListToolsResponse { Tools = { directory.Tools } });

    public override Task<ExecuteToolResponse> ExecuteTool(ExecuteToolRequest request, ServerCallContext context) =>
        caller.ExecuteAsync(request, context.Deadline, context.CancellationToken);

    public override async Task ExecuteToolStream(
        ExecuteToolRequest request, IServerStreamWriter<ExecutionEvent> responseStream, ServerCallContext context)
    {
        try
        {
            await foreach (var happened in caller.StreamAsync(request, context.Deadline, context.CancellationToken))
            {
                await responseStream.WriteAsync(happened, context.CancellationToken);
            }
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller went away."));
        }
    }

    public override async Task<CancelExecutionResponse> CancelExecution(CancelExecutionRequest request, ServerCallContext context)
    {
        await caller.CancelAsync(request.ExecutionId, context.CancellationToken);
        return new CancelExecutionResponse();
    }
}
