using System.Globalization;
using Grpc.Core;

namespace ToolRuntime.Gateway.Rest;

/// <summary>Answers a request that does not come as far as its endpoint, in the way of the door that it came in by.</summary>
internal static class Refusal
{
    private const string GrpcContentType = "application/grpc";

    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith(GrpcContentType, StringComparison.Ordinal);

    public static Task WriteAsync(HttpContext context, RpcException exception)
    {
        if (!IsGrpc(context.Request))
        {
            return Problem.Of(exception, context.Response).ExecuteAsync(context);
        }

        // A gRPC answer of trailers only.
        var headers = context.Response.Headers;
        context.Response.ContentType = GrpcContentType;
        headers["grpc-status"] = ((int)exception.StatusCode).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = Uri.EscapeDataString(exception.Status.Detail);
        foreach (var trailer in exception.Trailers)
        {
            headers[trailer.Key] = trailer.IsBinary ? Convert.ToBase64String(trailer.ValueBytes) : trailer.Value;
        }

        return context.Response.CompleteAsync();
    }
}
