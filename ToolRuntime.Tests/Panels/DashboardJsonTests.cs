using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ToolRuntime.Tests.Panels;

/// <summary>What Grafana and people rely on in the dashboard's JSON, beyond its types.</summary>
public sealed partial class DashboardJsonTests
{
    private readonly JsonNode _dashboard = JsonNode.Parse(File.ReadAllText(PanelsProcess.Dashboard))!;

    private IEnumerable<JsonNode> All => _dashboard["panels"]!.AsArray().Select(panel => panel!);

    private IEnumerable<JsonNode> Panels => All.Where(panel => Text(panel["type"]) != "row");

    private IEnumerable<JsonNode> Targets => Panels.SelectMany(panel => panel["targets"]!.AsArray()).Select(target => target!);

    [Fact]
    public void Ids_are_unique()
    {
        Assert.Distinct(All.Select(panel => panel["id"]!.GetValue<int>()));
        Assert.Distinct(Panels.Select(panel => Text(panel["title"])));
        Assert.All(Panels, panel => Assert.Distinct(panel["targets"]!.AsArray().Select(target => Text(target!["refId"]))));
        Assert.Equal("tool-runtime", Text(_dashboard["uid"]));
    }

    [Fact]
    public void The_data_source_is_found_by_its_uid()
    {
        var variable = _dashboard["templating"]!["list"]!.AsArray().Single(one => Text(one!["type"]) == "datasource")!;
        Assert.Equal("prometheus", Text(variable["current"]!["value"]));
        Assert.All(
            Panels.Concat(Targets).Select(owner => owner["datasource"]!),
            source =>
            {
                Assert.Equal("prometheus", Text(source["type"]));
                Assert.Equal($"${{{Text(variable["name"])}}}", Text(source["uid"]));
            });
    }

    [Fact]
    public void Each_panel_has_a_title_a_unit_and_says_what_to_do()
    {
        Assert.NotEmpty(Panels);
        Assert.All(Panels, panel =>
        {
            Assert.NotEmpty(Text(panel["title"]));
            Assert.NotEmpty(Text(panel["fieldConfig"]!["defaults"]!["unit"]));
            Assert.True(Text(panel["description"]).Length > 60, $"{Text(panel["title"])} says too little.");
            Assert.NotEmpty(panel["targets"]!.AsArray());
        });
    }

    [Fact]
    public void The_grid_has_no_gaps_across_and_no_panel_lies_on_another()
    {
        var cells = new Dictionary<(int X, int Y), string>();
        foreach (var panel in All)
        {
            var grid = panel["gridPos"]!;
            var (x, y, w, h) = (Number(grid["x"]), Number(grid["y"]), Number(grid["w"]), Number(grid["h"]));
            foreach (var cell in from column in Enumerable.Range(x, w) from line in Enumerable.Range(y, h) select (column, line))
            {
                Assert.True(cells.TryAdd(cell, Text(panel["title"])), $"{Text(panel["title"])} lies on {cells[cell]}.");
            }
        }

        Assert.All(cells.Keys.GroupBy(cell => cell.Y), line => Assert.Equal(24, line.Count()));
        Assert.Equal(cells.Keys.Max(cell => cell.Y) + 1, cells.Keys.Select(cell => cell.Y).Distinct().Count());
    }

    // "1" in the text format is "1.0" in OpenMetrics.
    [Fact]
    public void No_query_names_a_bucket_by_its_text() =>
        Assert.All(Targets, target => Assert.DoesNotMatch("""\ble\s*(=|!=|=~|!~)""", Text(target["expr"])));

    [Fact]
    public void Each_query_of_a_metric_that_says_the_tool_is_filtered()
    {
        Assert.All(Targets, target =>
        {
            var expression = Text(target["expr"]);
            foreach (Match metric in Metric().Matches(expression).Where(metric => SaysTool(metric.Value)))
            {
                Assert.StartsWith("{tool_id=~\"$tool_id\"", expression[(metric.Index + metric.Length)..], StringComparison.Ordinal);
            }
        });
        Assert.Contains(Targets, target => Text(target["expr"]).Contains("$tool_id", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Tool execution latency p95", "histogram_quantile(0.95, sum by (le, tool_id) (rate(runtime_tool_execute_seconds_bucket[5m])))")]
    [InlineData("Tool error rate", "sum by (error_kind) (rate(runtime_tool_errors_total[5m]))")]
    [InlineData("Tool timeout rate", "sum by (tool_id) (rate(runtime_tool_timeouts_total[5m])) / sum by (tool_id) (rate(runtime_tool_execute_seconds_count[5m]))")]
    [InlineData("Process exit codes distribution", "sum by (status, code, signal) (rate(runtime_bun_process_exits_total[5m]))")]
    public void The_four_panels_that_it_began_with_ask_what_they_always_asked(string title, string query)
    {
        var panel = Panels.Single(panel => Text(panel["title"]) == title);

        var target = Assert.Single(panel["targets"]!.AsArray())!;

        // For all tools the filter matches everything.
        Assert.Equal(query, Text(target["expr"]).Replace("{tool_id=~\"$tool_id\"}", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Latencies_and_sizes_show_single_calls_as_exemplars()
    {
        foreach (var title in (string[])["Tool execution latency p95", "Latency", "Output size"])
        {
            Assert.True(Panels.Single(panel => Text(panel["title"]) == title)["targets"]![0]!["exemplar"]!.GetValue<bool>());
        }
    }

    private static bool SaysTool(string metric) =>
        metric.StartsWith("runtime_tool_", StringComparison.Ordinal);

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static int Number(JsonNode? node) => node!.GetValue<int>();

    [GeneratedRegex("runtime_[a-z_]+")]
    private static partial Regex Metric();
}
