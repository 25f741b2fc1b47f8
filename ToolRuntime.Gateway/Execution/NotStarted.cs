using Google.Rpc;
using Grpc.Core;

namespace ToolRuntime.Gateway.Execution;

/// <summary>Tells a call that has certainly not started, and so may be tried elsewhere, from one that may have.</summary>
internal static class NotStarted
{
    // What an executor says of a call that it turned away.
    private const string Domain = "toolruntime";
    private const string Reason = "NOT_STARTED";

    public static bool IsCertainBy(RpcException exception) =>
        WasTurnedAway(exception) || CouldNotConnect(exception.Status.DebugException);

    private static bool WasTurnedAway(RpcException exception) =>
        exception.GetRpcStatus()?.GetDetail<ErrorInfo>() is { Domain: Domain, Reason: Reason };

    // Connecting comes before sending.
    private static bool CouldNotConnect(Exception? exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
}
