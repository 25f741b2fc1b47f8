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
    private const string ErrorDomain = "toolruntime";

    // The gateway looks for this: such a call can be run by another executor without being run twice.
    private const string NotStarted = "NOT_STARTED";

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
        ExecutionNotFoundException => new RpcException(new(StatusCode.NotFound, exception.Message)),
        DuplicateExecutionException => new RpcException(new(StatusCode.AlreadyExists, exception.Message)),
        ExecutorStoppingException { MayHaveStarted: true } => new RpcException(new(StatusCode.Unavailable, exception.Message)),
        ExecutorStoppingException => new Status
        {
            Code = (int)Code.Unavailable,
            Message = exception.Message,
            Details = { Any.Pack(new ErrorInfo { Domain = ErrorDomain, Reason = NotStarted }) },
        }.ToRpcException(),
        _ => throw new UnreachableException(),
    };
}
