using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using ToolRuntime.Executor.Execution;
using Status = Google.Rpc.Status;

namespace ToolRuntime.Executor.Grpc;

/// <summary>The gRPC status of a call that did not reach a tool.</summary>
internal static class CallStatus
{
    public static RpcException Of(CallException exception) => exception switch
    {
        InvalidCallException invalid => new Status
        {
            Code = (int)Code.InvalidArgument,
            Message = invalid.Message,
            Details =
            {
                Any.Pack(new BadRequest
                {
                    FieldViolations =
                    {
                        invalid.Violations.Select(violation => new BadRequest.Types.FieldViolation
                        {
                            Field = violation.Field, Description = violation.Message,
                        }),
                    },
                }),
            },
        }.ToRpcException(),
        CallRefusedException refused => new Status
        {
            Code = (int)Code.ResourceExhausted,
            Message = refused.Message,
            Details = { Any.Pack(new RetryInfo { RetryDelay = refused.RetryAfter.ToDuration() }) },
        }.ToRpcException(),
        ToolNotFoundException => new RpcException(new(StatusCode.NotFound, exception.Message)),
        ExecutorStoppingException => new RpcException(new(StatusCode.Unavailable, exception.Message)),
        _ => throw new UnreachableException(),
    };
}
