using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ToolRuntime.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    // Probes, scrapes and the gateway's standing watch of an executor would bury the calls.
    private static readonly string[] UntracedPaths =
    [
        HealthPaths.Health, HealthPaths.Alive, "/metrics", "/grpc.health.v1.Health",
        "/toolruntime.executor.v1.ExecutorService/Watch",
    ];

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddOpenTelemetry(logging => logging.IncludeFormattedMessage = true);

        var telemetry = builder.Services.AddOpenTelemetry()
            // The environment's OTEL_SERVICE_NAME, which the AppHost sets, goes before it.
            .ConfigureResource(resource => resource.Clear()
                .AddService(builder.Environment.ApplicationName, autoGenerateServiceInstanceId: false)
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                .AddMeter(RuntimeTelemetry.MeterName, RuntimeTelemetry.OperationsMeterName)
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .SetExemplarFilter(ExemplarFilterType.TraceBased)
                // Series carry the specified labels only.
                .AddPrometheusExporter(exporter => exporter.ScopeInfoEnabled = false))
            .WithTracing(tracing => tracing
                .AddSource(RuntimeTelemetry.ActivitySourceName)
                .AddSource("System.Net.Http")
                // The span of a gRPC call says all that the HTTP request's below it would.
                .AddGrpcClientInstrumentation(grpc => grpc.SuppressDownstreamInstrumentation = true)
                .AddAspNetCoreInstrumentation(aspnet => aspnet.Filter = IsTraced));

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }

    private static bool IsTraced(HttpContext context) =>
        !UntracedPaths.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal));
}
