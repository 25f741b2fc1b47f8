using Grpc.Core;
using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Execution;

namespace ToolRuntime.Gateway.Grpc;

/// <summary>The public gRPC service.</summary>
internal sealed class ToolGrpcService(ToolCaller caller, CallGate gate, IOptions<GatewayOptions> options)
    : ToolService.ToolServiceBase
{
    public override Task<ListToolsResponse> ListTools(ListToolsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListToolsResponse { Tools = { gate.Tools } });

    public override Task<ExecuteToolResponse> ExecuteTool(ExecuteToolRequest request, ServerCallContext context) =>
        caller.ExecuteAsync(request, context.Deadline, context.CancellationToken);

    public override async Task ExecuteToolStream(
        ExecuteToolRequest request, IServerStreamWriter<ExecutionEvent> responseStream, ServerCallContext context)
    {
        var pause = options.Value.MaxReadPause;
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        try
        {
            await foreach (var happened in caller.StreamAsync(request, context.Deadline, context.CancellationToken))
            {
                reading.CancelAfter(pause);
                await responseStream.WriteAsync(happened, reading.Token);
                reading.CancelAfter(Timeout.InfiniteTimeSpan);
            }
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller went away, or took nothing for too long."));
        }
    }

    public override async Task<CancelExecutionResponse> CancelExecution(CancelExecutionRequest request, ServerCallContext context)
    {
        await caller.CancelAsync(request.ExecutionId, context.CancellationToken);
        return new CancelExecutionResponse();
    }
}
