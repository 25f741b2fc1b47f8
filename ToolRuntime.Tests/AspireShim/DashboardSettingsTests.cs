using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;

namespace ToolRuntime.Tests.AspireShim;

public sealed class DashboardSettingsTests
{
    [Fact]
    public void What_was_said_stays_and_the_rest_is_found()
    {
        var configuration = Configuration(("ASPNETCORE_URLS", "http://*:15080;https://localhost:15443"), ("AppHost:BrowserToken", "mine"));
        DashboardSettings.Complete(configuration);

        Assert.Equal("http://localhost:15080", configuration["ASPNETCORE_URLS"]);
        Assert.Equal("mine", configuration["AppHost:BrowserToken"]);
        string[] ports = ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];
        Assert.All(ports, key => Assert.InRange(DashboardSettings.PortOf(configuration, key), 1, 65535));
        string[] keys = ["AppHost:OtlpApiKey", "AppHost:DashboardApiKey", "AppHost:ResourceService:ApiKey"];
        Assert.Equal(keys.Length, keys.Select(key => configuration[key]).Where(value => value?.Length == 32).Distinct().Count());
    }

    [Fact]
    public void An_address_without_plain_http_is_refused_by_name()
    {
        var configuration = Configuration(("ASPNETCORE_URLS", "https://localhost:15443"));
        var refused = Assert.Throws<DistributedApplicationException>(() => DashboardSettings.Complete(configuration));
        Assert.Contains("ASPNETCORE_URLS", refused.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] said) => new ConfigurationBuilder()
        .AddInMemoryCollection(said.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build();
}
