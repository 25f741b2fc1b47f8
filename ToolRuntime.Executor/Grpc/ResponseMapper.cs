using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Grpc;

/// <summary>A finished call in the contract's terms.</summary>
internal sealed class ResponseMapper(IOptions<ExecutorOptions> options)
{
    public ExecuteToolResponse Map(ToolExecution execution)
    {
        var response = new ExecuteToolResponse
        {
            ExecutionId = execution.Call.ExecutionId,
            ToolId = execution.Call.ToolId,
            Outcome = execution.Outcome,
            Duration = execution.Duration.ToDuration(),
            Executor = options.Value.Name,
        };
        switch (execution.Reply)
        {
            case ToolReturned returned:
                // The payload is this call's own and nobody writes to it any more.
                response.Result = UnsafeByteOperations.UnsafeWrap(returned.Json);
                response.OutputBytes = returned.Json.Length;
                break;
            case ToolFailed failed:
                response.Error = new ToolError { Kind = failed.Kind, Type = failed.Type, Message = failed.Message, Stack = failed.Stack };
                response.Process = failed.Process is { } exit ? Map(exit) : null;
                break;
        }

        return response;
    }

    private static ProcessEnd Map(ProcessExit exit) =>
        exit.WasSignaled ? new ProcessEnd { Signal = exit.Signal } : new ProcessEnd { ExitCode = exit.Code };
}
