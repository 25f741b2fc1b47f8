using Microsoft.AspNetCore.Http.Features;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Gateway.Telemetry;

namespace ToolRuntime.Gateway.Limits;

/// <summary>Counts what requests bring along, whichever door they come in by.</summary>
internal sealed class BodyMetering(RequestDelegate next, RequestMemory memory, GatewayMetrics metrics)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } ? next(context) : MeterAsync(context);

    private async Task MeterAsync(HttpContext context)
    {
        var body = new MeteredBody(context, CallerIdentity.CallerOf(context), memory, metrics);
        context.Features.Set<IRequestBodyPipeFeature>(body);
        try
        {
            await next(context);
        }
        finally
        {
            body.Release();
        }
    }
}
