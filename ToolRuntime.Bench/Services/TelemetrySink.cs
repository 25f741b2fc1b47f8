using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ToolRuntime.Bench.Services;

/// <summary>Takes what is sent by OTLP over HTTP and forgets it. A program of its own, as a collector is.</summary>
internal static class TelemetrySink
{
    public const string Argument = "telemetry-sink";

    public static async Task RunAsync()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.MapPost("/v1/{signal}", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return TypedResults.Ok();
        });
        await app.RunAsync();
    }
}
