using System.Text.Json.Nodes;
using ToolRuntime.Tests.AppHost.Prometheus;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost.Panels;

/// <summary>The panels page as the AppHost starts it: with its Prometheus behind it, and its links set.</summary>
public sealed class PanelsResourceTests(RunningApp app) : AppTest(app)
{
    [Fact]
    public async Task The_page_draws_the_repositorys_dashboard_from_the_applications_prometheus()
    {
        await App.App.ResourceNotifications.WaitForResourceHealthyAsync("panels", Cancellation);
        using var panels = App.App.CreateHttpClient("panels", "http");

        await Eventually.True(
            async () => await IsHealthyAsync("prometheus") && (await panels.QueryAsync("up == 1")).Length == 3,
            "a scrape of each service, asked through the page",
            TimeSpan.FromSeconds(60));
        Assert.Equal("tool-runtime", (await JsonAsync(panels, "/dashboard.json"))["uid"]!.GetValue<string>());
        var links = (await JsonAsync(panels, "/settings.json"))["links"]!;
        Assert.Equal(App.Dashboard.BaseAddress, new Uri(links["traces"]!.GetValue<string>()));
        Assert.Equal(App.App.GetEndpoint("prometheus", "http"), new Uri(links["prometheus"]!.GetValue<string>()));
    }

    private static async Task<JsonNode> JsonAsync(HttpClient client, string path) =>
        JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation))!;

    private Task<bool> IsHealthyAsync(string resource) => Task.FromResult(
        App.App.ResourceNotifications.TryGetCurrentState(resource, out var current)
        && current.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
}
