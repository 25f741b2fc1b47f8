using Grpc.Core;
using Microsoft.AspNetCore.Diagnostics;

namespace ToolRuntime.Gateway.Rest;

/// <summary>Answers refusals that an endpoint does not know of itself, as those of a body while it is read.</summary>
internal sealed class RefusalHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case RpcException refused:
                await Refusal.WriteAsync(httpContext, refused);
                return true;
            case BadHttpRequestException bad:
                await TypedResults.Problem(bad.Message, statusCode: bad.StatusCode).ExecuteAsync(httpContext);
                return true;
            default:
                return false;
        }
    }
}
