using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard is a resource like others, run by DCP, so that it ends with the application; only hidden.</summary>
internal sealed partial class DashboardResource(AspireBundle bundle)
    : ExecutableResource(ResourceName, bundle.Dashboard, Path.GetDirectoryName(bundle.Dashboard)!)
{
    public const string ResourceName = "aspire-dashboard";

    public static void AddTo(IDistributedApplicationBuilder builder, AspireBundle bundle, Func<ILogger> logger)
    {
        var configuration = builder.Configuration;
        DashboardSettings.Complete(configuration);
        builder.AddResource(new DashboardResource(bundle))
            .WithInitialState(new CustomResourceSnapshot { ResourceType = "Executable", Properties = [], IsHidden = true })
            .WithArgs("dashboard")
            .WithHttpEndpoint(DashboardSettings.PortOf(configuration, DashboardSettings.FrontendUrl), isProxied: false)
            .WithHttpEndpoint(DashboardSettings.PortOf(configuration, DashboardSettings.OtlpGrpcUrl), name: "otlp-grpc", isProxied: false)
            .WithHttpEndpoint(DashboardSettings.PortOf(configuration, DashboardSettings.OtlpHttpUrl), name: "otlp-http", isProxied: false)
            .WithEnvironment(context => AddVariables(context.EnvironmentVariables, configuration, bundle))
            .WithHttpHealthCheck("/login", endpointName: "http")
            .OnResourceReady((_, _, _) =>
            {
                var url = $"{configuration[DashboardSettings.FrontendUrl]}/login?t={configuration[DashboardSettings.BrowserToken]}";
                Log.Ready(logger(), url);
                return Task.CompletedTask;
            });
    }

    private static void AddVariables(Dictionary<string, object> variables, ConfigurationManager configuration, AspireBundle bundle)
    {
        variables["ASPNETCORE_ENVIRONMENT"] = "Production";
        variables["ASPNETCORE_URLS"] = configuration[DashboardSettings.FrontendUrl]!;
        variables["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = configuration[DashboardSettings.OtlpGrpcUrl]!;
        variables["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = configuration[DashboardSettings.OtlpHttpUrl]!;
        variables["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] =
            $"http://127.0.0.1:{DashboardSettings.PortOf(configuration, DashboardSettings.ResourceServiceUrl)}";
        variables["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey";
        variables["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = configuration[DashboardSettings.ResourceServiceApiKey]!;
        variables["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken";
        variables["DASHBOARD__FRONTEND__BROWSERTOKEN"] = configuration[DashboardSettings.BrowserToken]!;
        variables["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey";
        variables["DASHBOARD__OTLP__PRIMARYAPIKEY"] = configuration[DashboardSettings.OtlpApiKey]!;
        variables["ASPIRE_DASHBOARD_API_ENABLED"] = "true";
        variables["DASHBOARD__API__AUTHMODE"] = "ApiKey";
        variables["DASHBOARD__API__PRIMARYAPIKEY"] = configuration[DashboardSettings.ApiKey]!;
        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "json";
        variables["HOME"] = bundle.Home;
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Information, "Login to the dashboard at {Url}")]
        public static partial void Ready(ILogger logger, string url);
    }
}
