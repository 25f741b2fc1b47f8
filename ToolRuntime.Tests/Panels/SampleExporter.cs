using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace ToolRuntime.Tests.Panels;

/// <summary>Two executors as Prometheus sees them: their metrics over HTTP, from a moment in the past on.</summary>
internal sealed class SampleExporter : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> _stopped = new();
    private LocalServer _server = null!;

    /// <summary>Host and port; the path is the executor's name.</summary>
    public string Address => _server.Address.Authority;

    public static async Task<SampleExporter> StartAsync(DateTimeOffset from)
    {
        var exporter = new SampleExporter();
        exporter._server = await LocalServer.StartAsync(context =>
        {
            var executor = context.Request.Path.Value!.TrimStart('/');
            if (exporter._stopped.ContainsKey(executor))
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            }

            context.Response.ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            return context.Response.WriteAsync(SampleMetrics.Scrape(executor, (DateTimeOffset.UtcNow - from).TotalSeconds));
        });
        return exporter;
    }

    public void Stop(string executor) => _stopped[executor] = true;

    public void Resume(string executor) => _stopped.TryRemove(executor, out _);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
