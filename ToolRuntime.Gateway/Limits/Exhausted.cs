using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace ToolRuntime.Gateway.Limits;

/// <summary>What tells a caller to come back later.</summary>
internal static class Exhausted
{
    public static RpcException Until(TimeSpan retryDelay, string message) => new Status
    {
        Code = (int)Code.ResourceExhausted,
        Message = message,
        Details = { Any.Pack(new RetryInfo { RetryDelay = retryDelay.ToDuration() }) },
    }.ToRpcException();
}
