using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>What every project is told: its addresses, its environment, and where its telemetry goes.</summary>
internal sealed class ProjectEnvironment(IConfiguration configuration, IHostEnvironment environment)
{
    public void Add(EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        variables["ASPNETCORE_ENVIRONMENT"] = environment.EnvironmentName;
        variables["DOTNET_ENVIRONMENT"] = environment.EnvironmentName;
        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
        variables["LOGGING__CONSOLE__FORMATTEROPTIONS__TIMESTAMPFORMAT"] = "yyyy-MM-ddTHH:mm:ss.fffffff ";
        AddUrls(context);
        AddTelemetry(context);
    }

    private static void AddUrls(EnvironmentCallbackContext context)
    {
        var filters = context.Resource.Annotations.OfType<EndpointEnvironmentFilterAnnotation>().ToList();
        var urls = context.Resource.Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => endpoint.UriScheme is "http" or "https" && filters.TrueForAll(filter => filter.Filter(endpoint)))
            .Select(endpoint => new EndpointReference((IResourceWithEndpoints)context.Resource, endpoint.Name))
            .Select(endpoint => ReferenceExpression.Create(
                $"{endpoint.Scheme}://localhost:{endpoint.Property(EndpointProperty.TargetPort)}"))
            .ToList();
        if (urls.Count > 0)
        {
            context.EnvironmentVariables["ASPNETCORE_URLS"] = new JoinedValues(";", urls);
        }
    }

    private void AddTelemetry(EnvironmentCallbackContext context)
    {
        if (configuration[DashboardSettings.OtlpGrpcUrl] is not { Length: > 0 } url)
        {
            return;
        }

        var variables = context.EnvironmentVariables;
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = url;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] =
            $"service.instance.id={context.Resource.Annotations.OfType<InstanceAnnotation>().First().Suffix}";
        if (configuration[DashboardSettings.OtlpApiKey] is { Length: > 0 } key)
        {
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={key}";
        }

        // Local work wants to see things at once, whatever that costs.
        variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        variables["OTEL_TRACES_SAMPLER"] = "always_on";
        variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
    }

    private sealed class JoinedValues(string separator, IReadOnlyList<IValueProvider> values) : IValueProvider
    {
        public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
        {
            var parts = new List<string?>();
            foreach (var value in values)
            {
                parts.Add(await value.GetValueAsync(cancellationToken));
            }

            return string.Join(separator, parts);
        }
    }
}
