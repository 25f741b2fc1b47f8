using System.Text.Json.Nodes;
using ToolRuntime.Tests.AspireShim;

namespace ToolRuntime.Tests.AppHost.Prometheus;

/// <summary>The dashboard's queries, as Prometheus understands them.</summary>
[Collection<Observed>]
public sealed class DashboardQueriesTests(ObservedApp app)
{
    private static readonly JsonNode Dashboard = JsonNode.Parse(File.ReadAllText(
        Path.Combine(TestServer.Repository, "observability", "grafana", "dashboards", "tool-runtime.json")))!;

    [Fact]
    public async Task Each_is_understood_sums_over_the_executors_and_names_no_bucket()
    {
        var queries = Panels().SelectMany(panel => panel["targets"]?.AsArray() ?? []).Select(target => target!["expr"]!.GetValue<string>()).ToList();
        Assert.NotEmpty(queries);
        foreach (var query in queries)
        {
            var samples = await app.Prometheus.QueryAsync(query
                .Replace("$__rate_interval", "20s", StringComparison.Ordinal)
                .Replace("$__interval", "5s", StringComparison.Ordinal)
                .Replace("$tool_id", ".*", StringComparison.Ordinal));
            Assert.DoesNotContain(samples, sample => sample.Labels.Contains("instance=", StringComparison.Ordinal));
            Assert.DoesNotContain("le=", query, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_panel_is_in_the_documentation()
    {
        var documentation = await File.ReadAllTextAsync(
            Path.Combine(TestServer.Repository, "docs", "observability.md"), TestContext.Current.CancellationToken);

        Assert.All(
            Panels().Where(panel => panel["type"]!.GetValue<string>() != "row"),
            panel => Assert.Contains($"**{panel["title"]!.GetValue<string>()}**", documentation, StringComparison.Ordinal));
    }

    private static IEnumerable<JsonNode> Panels() => Dashboard["panels"]!.AsArray().OfType<JsonNode>();
}
