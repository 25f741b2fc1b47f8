using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;

namespace Aspire.Hosting;

public static class OtlpConfigurationExtensions
{
    /// <summary>Tells a resource where its telemetry goes, and by what name; projects are told without this.</summary>
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment
    {
        var configuration = builder.ApplicationBuilder.Configuration;
        return builder.WithEnvironment(context =>
        {
            if (configuration[DashboardSettings.OtlpGrpcUrl] is not { Length: > 0 } url)
            {
                return;
            }

            var variables = context.EnvironmentVariables;
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = url;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
            variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
            if (context.Resource.TryGetLastAnnotation<InstanceAnnotation>(out var instance))
            {
                variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance.Suffix}";
            }

            if (configuration[DashboardSettings.OtlpApiKey] is { Length: > 0 } key)
            {
                variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={key}";
            }

            // Local work wants to see things at once, whatever that costs.
            const string Interval = "1000";
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = Interval;
            variables["OTEL_BSP_SCHEDULE_DELAY"] = Interval;
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = Interval;
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
        });
    }
}
