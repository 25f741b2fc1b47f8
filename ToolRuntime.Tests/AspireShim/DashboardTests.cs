using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ToolRuntime.Tests.AspireShim;

/// <summary>Asks the real dashboard.</summary>
public sealed class DashboardTests(DashboardFixture fixture) : ShimTest, IClassFixture<DashboardFixture>
{
    [Fact]
    public async Task Telemetry_sent_as_a_resource_is_told_lands_on_its_row()
    {
        var environment = (await AskAsync(fixture.App, "web")).Env;
        Assert.Equal("grpc", environment["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal(fixture.App.GetEndpoint("aspire-dashboard", "otlp-grpc").Port, new Uri(environment["OTEL_EXPORTER_OTLP_ENDPOINT"]).Port);

        await fixture.App.ResourceNotifications.WaitForResourceHealthyAsync("aspire-dashboard", Deadline);
        using var otlp = fixture.App.CreateHttpClient("aspire-dashboard", "otlp-http");
        var logs = LogOf(environment["OTEL_SERVICE_NAME"], environment["OTEL_RESOURCE_ATTRIBUTES"].Split('=')[1]);
        using var refused = await otlp.PostAsJsonAsync("/v1/logs", logs, Deadline);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        var header = environment["OTEL_EXPORTER_OTLP_HEADERS"].Split('=', 2);
        otlp.DefaultRequestHeaders.Add(header[0], header[1]);
        using var taken = await otlp.PostAsJsonAsync("/v1/logs", logs, Deadline);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);

        // The dashboard matches telemetry with a row by this very name.
        fixture.App.ResourceNotifications.TryGetCurrentState("web", out var row);
        using var dashboard = fixture.App.CreateHttpClient("aspire-dashboard", "http");
        dashboard.DefaultRequestHeaders.Add("x-api-key", fixture.Setting("AppHost:DashboardApiKey"));
        Assert.Equal(row?.ResourceId, await NameOfInstanceAsync(dashboard, "web", Deadline));
    }

    [Fact]
    public async Task The_front_end_lets_in_whoever_has_the_token()
    {
        await fixture.App.ResourceNotifications.WaitForResourceHealthyAsync("aspire-dashboard", Deadline);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = fixture.App.GetEndpoint("aspire-dashboard", "http") };

        using var stranger = await client.GetAsync(new Uri("/", UriKind.Relative), Deadline);
        Assert.Contains("/login", stranger.Headers.Location?.ToString(), StringComparison.Ordinal);
        using var login = await client.GetAsync(new Uri($"/login?t={fixture.Setting("AppHost:BrowserToken")}", UriKind.Relative), Deadline);
        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);
        Assert.Contains(login.Headers, header => header.Key == "Set-Cookie");
        using var page = await client.GetAsync(new Uri("/", UriKind.Relative), Deadline);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    private static object LogOf(string service, string instance) => new
    {
        resourceLogs = new[]
        {
            new
            {
                resource = new
                {
                    attributes = new[]
                    {
                        new { key = "service.name", value = new { stringValue = service } },
                        new { key = "service.instance.id", value = new { stringValue = instance } },
                    },
                },
                scopeLogs = new[] { new { logRecords = new[] { new { severityNumber = 9, body = new { stringValue = "a line" } } } } },
            },
        },
    };

    private static async Task<string?> NameOfInstanceAsync(HttpClient dashboard, string service, CancellationToken cancellationToken)
    {
        var resources = await dashboard.GetFromJsonAsync<JsonElement>(
            new Uri("/api/telemetry/resources", UriKind.Relative), cancellationToken);
        return resources.EnumerateArray().Where(resource => resource.GetProperty("name").GetString() == service)
            .Select(resource => $"{service}-{resource.GetProperty("instanceId").GetString()}").SingleOrDefault();
    }
}
