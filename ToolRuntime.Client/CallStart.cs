using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;

namespace ToolRuntime.Client;

/// <summary>Tells a call that has certainly not started from one that may have run.</summary>
internal static class CallStart
{
    // What the gateway says of a call that no executor has begun.
    private const string Domain = "toolruntime";
    private const string Reason = "NOT_STARTED";

    public static bool IsRuledOutBy(RpcException exception) => exception.StatusCode switch
    {
        // Nothing comes to a tool without having been taken on.
        StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists or StatusCode.ResourceExhausted
            or StatusCode.Unauthenticated or StatusCode.PermissionDenied => true,
        StatusCode.Unavailable => IsSaid(exception) || CouldNotConnect(exception.Status.DebugException),
        _ => false,
    };

    private static bool IsSaid(RpcException exception) =>
        exception.GetRpcStatus()?.GetDetail<ErrorInfo>() is { Domain: Domain, Reason: Reason };

    // Connecting comes before sending: either the channel could not, or the request found its connection gone.
    private static bool CouldNotConnect(Exception? exception) => exception
        is SocketException
        or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
}
