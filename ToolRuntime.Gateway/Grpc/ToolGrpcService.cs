using Grpc.Core;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Execution;

namespace ToolRuntime.Gateway.Grpc;

/// <summary>The public gRPC service.</summary>
internal sealed class ToolGrpcService(ToolCaller caller, CallGate gate) : ToolService.ToolServiceBase
{
    public override Task<ListToolsResponse> ListTools(ListToolsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListToolsResponse { Tools = { gate.Tools } });

    public override Task<ExecuteToolResponse> ExecuteTool(ExecuteToolRequest request, ServerCallContext context) =>
        caller.ExecuteAsync(request, context.Deadline, context.CancellationToken);
}
