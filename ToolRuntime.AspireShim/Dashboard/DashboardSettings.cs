using System.Globalization;
using System.Security.Cryptography;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>The addresses and keys by which the dashboard, the AppHost and the resources find each other.</summary>
internal static class DashboardSettings
{
    public const string FrontendUrl = "ASPNETCORE_URLS";
    public const string OtlpGrpcUrl = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    public const string OtlpHttpUrl = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";
    public const string ResourceServiceUrl = "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL";
    public const string BrowserToken = "AppHost:BrowserToken";
    public const string OtlpApiKey = "AppHost:OtlpApiKey";
    public const string ApiKey = "AppHost:DashboardApiKey";
    public const string ResourceServiceApiKey = "AppHost:ResourceService:ApiKey";

    /// <summary>Fills in what was not said: keys at random, and for addresses (or port 0) free ports.</summary>
    public static void Complete(IConfiguration configuration)
    {
        foreach (var url in (string[])[FrontendUrl, OtlpGrpcUrl, OtlpHttpUrl, ResourceServiceUrl])
        {
            configuration[url] = WithPort(configuration[url] is { Length: > 0 } said ? said : "http://localhost:0", url);
        }

        foreach (var key in (string[])[BrowserToken, OtlpApiKey, ApiKey, ResourceServiceApiKey])
        {
            configuration[key] = configuration[key] is { Length: > 0 } said ? said : RandomNumberGenerator.GetHexString(32, lowercase: true);
        }
    }

    public static int PortOf(IConfiguration configuration, string key) => new Uri(configuration[key]!).Port;

    private static string WithPort(string urls, string key)
    {
        // Kestrel takes several; the dashboard is reached at the first over plain http.
        var url = urls.Split(';').FirstOrDefault(candidate => candidate.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            ?? throw new DistributedApplicationException($"{key} is '{urls}'; only plain http is supported here.");
        var uri = new UriBuilder(url.Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal));
        if (uri.Port == 0)
        {
            uri.Port = Ports.FindFree();
        }

        return string.Create(CultureInfo.InvariantCulture, $"http://{uri.Host}:{uri.Port}");
    }
}
