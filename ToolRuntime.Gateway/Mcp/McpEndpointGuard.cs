using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ToolRuntime.Gateway.Authentication;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>
/// What the protocol asks of every server on HTTP: web pages from elsewhere are refused, since a name that leads back to this
/// machine (DNS rebinding) would give them its tools. And it bounds the streams of sessions, which stand as long as their clients.
/// </summary>
internal sealed class McpEndpointGuard(IOptions<McpOptions> options, ListenerPermits permits)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsAllowed(context.Request.Headers.Origin.ToString()))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Web pages of this origin may not use the endpoint.");
            return;
        }

        if (!HttpMethods.IsGet(context.Request.Method))
        {
            await next(context);
            return;
        }

        using var permit = permits.TryTake();
        if (permit is null)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, ListenerPermits.Refusal);
            return;
        }

        GoUnseen(context);
        await next(context);
    }

    /// <summary>A stream that stands as long as its client does is no trace and no latency that anybody wants to see.</summary>
    private static void GoUnseen(HttpContext context)
    {
        context.Features.Get<IHttpMetricsTagsFeature>()?.MetricsDisabled = true;
        Activity.Current?.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    private bool IsAllowed(string origin) =>
        origin.Length == 0
        || LocalRequest.IsLocalOrigin(origin)
        || options.Value.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);

    private static Task RefuseAsync(HttpContext context, int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
}
