using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ToolRuntime.ServiceDefaults.Connections;
using ToolRuntime.ServiceDefaults.Health;
using ToolRuntime.ServiceDefaults.Telemetry;

namespace ToolRuntime.ServiceDefaults;

/// <summary>What every service of ToolRuntime has: telemetry, health, service discovery and resilience.</summary>
public static class ServiceDefaultsExtensions
{
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry();
        builder.AddHealth();

        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlocks>();
        builder.Services.AddServiceDiscovery();
        // For HTTP clients made by IHttpClientFactory. The gateway's gRPC channel is made without it on purpose: a retry
        // there would run a tool twice.
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>Maps <c>/health</c>, <c>/alive</c> and <c>/metrics</c>.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint();
        return app;
    }
}
