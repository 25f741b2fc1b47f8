using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ToolRuntime.Gateway.Rest;

/// <summary>A gRPC status as problem+json (RFC 9457).</summary>
internal static class Problem
{
    // What nginx answers, to its log, for a caller who went away.
    private const int ClientClosedRequest = 499;

    public static ProblemHttpResult Of(RpcException exception, HttpResponse response)
    {
        if (exception.GetRpcStatus()?.GetDetail<Google.Rpc.RetryInfo>()?.RetryDelay is { } delay)
        {
            response.Headers.RetryAfter = Math.Ceiling(delay.ToTimeSpan().TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return Of(exception);
    }

    /// <summary>The problem alone, where the answer has begun.</summary>
    public static ProblemDetails DetailsOf(RpcException exception) => Of(exception).ProblemDetails;

    private static ProblemHttpResult Of(RpcException exception)
    {
        var violations = exception.GetRpcStatus()?.GetDetail<Google.Rpc.BadRequest>()?.FieldViolations;
        return TypedResults.Problem(
            exception.Status.Detail,
            statusCode: StatusOf(exception.StatusCode),
            extensions: violations is null ? null : new Dictionary<string, object?>
            {
                ["errors"] = violations
                    .GroupBy(violation => violation.Field, StringComparer.Ordinal)
                    .ToDictionary(field => field.Key, field => field.Select(violation => violation.Description).ToArray()),
            });
    }

    private static int StatusOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Cancelled => ClientClosedRequest,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
