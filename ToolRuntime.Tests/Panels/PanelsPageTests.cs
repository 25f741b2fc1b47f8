using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.Playwright;
using ToolRuntime.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ToolRuntime.Tests.Panels;

/// <summary>The page as a person sees it, in a real browser, before a real Prometheus whose every answer is known.</summary>
public sealed class PanelsPageTests(PanelsPage fixture) : IClassFixture<PanelsPage>, IAsyncLifetime
{
    // A scrape is not quite on time, and so a rate is not quite round.
    private static readonly Regex Half = new("^0[.](5|49\\d?|50\\d) /s$");
    private static readonly Regex TwoAndAHalf = new("^2[.][45]\\d? /s$");

    public ValueTask InitializeAsync()
    {
        PanelsPage.SkipWhereItCannotRun();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // Of every panel: what its newest value is of each series, from SampleMetrics' rates.
    private static readonly Dictionary<string, Dictionary<string, string>> Expected = new()
    {
        ["Executors down"] = new() { ["down"] = "0" },
        ["Calls per second"] = new() { ["calls"] = "2.5 /s" },
        ["Error ratio"] = new() { ["errors"] = "10 %" },
        ["Time-out ratio"] = new() { ["time-outs"] = "10 %" },
        ["Latency p95"] = new() { ["p95"] = "1.75 s" },
        ["Active"] = new() { ["active"] = "4" },
        ["Queued"] = new() { ["queued"] = "7" },
        ["Rejected"] = new() { ["rejected"] = "0.1 /s" },
        ["Failure ratio by tool"] = new() { ["beta/broken"] = "100 %", ["alpha/fast"] = "0 %" },
        ["Tool error rate"] = new() { ["start (errors/s)"] = "0", ["timeout (errors/s)"] = "0.25", ["wait (errors/s)"] = "0.25" },
        ["Tool timeout rate"] = new() { ["alpha/fast"] = "0 %", ["beta/broken"] = "50 %" },
        ["Tool execution latency p95"] = new() { ["alpha/fast"] = "24.3 ms", ["beta/broken"] = "2.35 s" },
        ["Latency"] = new() { ["10 ms – 25 ms"] = "2", ["250 ms – 500 ms"] = "0.25", ["1 s – 2.5 s"] = "0.25", ["over 30 s"] = "0" },
        ["Latency p50, p95 and p99 by tool"] = new()
        {
            ["alpha/fast p50"] = "17.5 ms",
            ["alpha/fast p99"] = "24.9 ms",
            ["beta/broken p50"] = "500 ms",
            ["beta/broken p99"] = "2.47 s",
        },
        ["What a call waits for"] = new() { ["queue"] = "95 µs", ["worker, prewarmed"] = "955 µs", ["worker, cold"] = "95.5 ms" },
        ["Calls per second by outcome"] = new() { ["success (calls/s)"] = "2", ["error (calls/s)"] = "0.25", ["timeout (calls/s)"] = "0.25" },
        ["Calls per second by tool"] = new() { ["alpha/fast (calls/s)"] = "2", ["beta/broken (calls/s)"] = "0.5" },
        ["Active, queued and rejected"] = new() { ["active"] = "4", ["queued"] = "7", ["rejected per second, queue_full"] = "0.1" },
        ["Workers by state"] = new() { ["busy"] = "4", ["idle"] = "6", ["starting"] = "1" },
        ["Worker starts"] = new() { ["prewarmed (starts/s)"] = "2.3", ["cold (starts/s)"] = "0.2" },
        ["Process exit codes distribution"] = new() { ["exit 0 (exits/s)"] = "2", ["signal 137 SIGKILL (exits/s)"] = "0.5" },
        ["CPU per call by tool"] = new() { ["alpha/fast"] = "50 ms" },
        ["CPU per tool"] = new() { ["alpha/fast (cores)"] = "0.1" },
        ["Cancellations"] = new() { ["beta/broken (calls/s)"] = "0.05" },
        ["Output size"] = new() { ["up to 100 B"] = "0", ["100 B – 1 kB"] = "2" },
        ["Output size p50 and p95 by tool"] = new() { ["alpha/fast p50"] = "550 B", ["alpha/fast p95"] = "955 B" },
    };

    [Fact]
    public async Task Every_panel_draws_the_series_of_its_queries()
    {
        // A scrape that came late, on a busy machine, lowers a rate until it lies before what the rate looks at.
        var differences = new List<string>();
        await Eventually.True(
            async () => (differences = await DifferencesAsync()).Count == 0, "the series", TimeSpan.FromMinutes(2), () => string.Join('\n', differences));
    }

    [Theory]
    [InlineData("Calls per second by outcome")]
    [InlineData("Latency")]
    public async Task What_is_read_is_painted_too(string title)
    {
        await using var open = await fixture.OpenAsync("?refresh=");
        await open.WaitForAsync(title, "ready");

        // Of the data alone: text, lines and grid are grey.
        var colored = await open.Panel(title).Locator("canvas").EvaluateAsync<int>(
            """
            canvas => {
              const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              let colored = 0;
              for (let i = 0; i < data.length; i += 4)
                if (data[i + 3] > 0 && Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 60) colored++;
              return colored;
            }
            """);

        Assert.InRange(colored, 2000, int.MaxValue);
    }

    [Fact]
    public async Task Stats_and_bars_show_their_values_in_the_colour_of_their_threshold()
    {
        await using var open = await fixture.OpenAsync("?refresh=");
        await open.WaitForAsync("Error ratio", "ready");
        await open.WaitForAsync("Failure ratio by tool", "ready");

        await Expect(open.Panel("Error ratio").Locator(".stat-value")).ToHaveTextAsync(new Regex("^(9|10)([.]\\d+)? %$"));
        var red = await ColorAsync(open.Panel("Error ratio").Locator(".stat-value"));
        var green = await ColorAsync(open.Panel("Executors down").Locator(".stat-value"));
        Assert.NotEqual(red, green);
        var bars = open.Panel("Failure ratio by tool").GetByRole(AriaRole.Listitem);
        await Expect(bars.First).ToContainTextAsync("beta/broken");
        Assert.Equal(red, await ColorAsync(bars.First.Locator(".bar-value")));
        Assert.Equal(green, await ColorAsync(bars.Last.Locator(".bar-value")));
    }

    [Fact]
    public async Task The_filter_leaves_the_chosen_tools_alone()
    {
        await using var open = await fixture.OpenAsync("?refresh=5s");
        await open.WaitForAsync("Calls per second by tool", "ready");

        await open.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Tool All" }).ClickAsync();
        await open.Page.GetByRole(AriaRole.Checkbox, new PageGetByRoleOptions { Name = "beta/broken" }).CheckAsync();
        await open.Page.Keyboard.PressAsync("Escape");

        await Expect(open.Panel("Calls per second").Locator(".stat-value")).ToHaveTextAsync(Half);
        await Expect(open.Panel("Calls per second by tool").Locator(".legend")).Not.ToContainTextAsync("alpha/fast");
        await Expect(open.Panel("Failure ratio by tool").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await Expect(open.Page).ToHaveURLAsync(new Regex("var-tool_id=beta%2Fbroken"));
        await open.Page.ReloadAsync();
        await Expect(open.Panel("Calls per second").Locator(".stat-value")).ToHaveTextAsync(Half);

        await open.Page.GoBackAsync();
        await Expect(open.Panel("Calls per second").Locator(".stat-value")).ToHaveTextAsync(TwoAndAHalf);
    }

    [Fact]
    public async Task A_call_opens_its_trace()
    {
        await using var open = await fixture.OpenAsync("?refresh=5s");
        const string Trace = $"{PanelsPage.TraceDashboard}/traces/detail/{SampleMetrics.TraceId}";

        foreach (var title in (string[])["Tool execution latency p95", "Latency"])
        {
            // Prometheus has it with the first scrape.
            await Expect(open.Panel(title).Locator("a.exemplar").First).ToHaveAttributeAsync("href", Trace, new() { Timeout = 30_000 });
            await open.Panel(title).Locator("a.exemplar").First.HoverAsync();
            await Expect(open.Page.GetByRole(AriaRole.Tooltip)).ToContainTextAsync("2 s · beta/broken · timeout");
        }

        // For those who use no pointer.
        await open.ReadAsync("Latency");
        await Expect(open.Panel("Latency").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { NameRegex = new Regex(SampleMetrics.TraceId) }).First)
            .ToHaveAttributeAsync("href", Trace);
    }

    [Fact]
    public async Task Each_panel_leads_to_its_query_in_Prometheus()
    {
        await using var open = await fixture.OpenAsync("?refresh=&var-tool_id=beta/broken");
        await open.WaitForAsync("Active, queued and rejected", "ready");

        foreach (var panel in Panels().Where(panel => Text(panel["type"]) != "row"))
        {
            var link = open.Panel(Text(panel["title"])).GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { NameRegex = new Regex(" in Prometheus$") });
            await Expect(link).ToHaveAttributeAsync("href", new Regex("^http"));
            var address = new Uri((await link.GetAttributeAsync("href"))!);
            Assert.Equal(fixture.Prometheus.Address.Authority, address.Authority);
            Assert.Equal("/graph", address.AbsolutePath);
            var search = HttpUtility.ParseQueryString(address.Query);
            for (var i = 0; i < panel["targets"]!.AsArray().Count; i++)
            {
                Assert.DoesNotContain("$", search[$"g{i}.expr"], StringComparison.Ordinal);
                Assert.Equal("success", await StatusAsync(search[$"g{i}.expr"]!));
            }
        }
    }

    [Fact]
    public async Task A_drag_zooms_in_and_the_back_button_out()
    {
        await using var open = await fixture.OpenAsync("?refresh=&from=now-15m&to=now");
        await open.WaitForAsync("Tool error rate", "ready");
        var box = (await open.Panel("Tool error rate").Locator(".plot").BoundingBoxAsync())!;

        await open.Page.Mouse.MoveAsync(box.X + (box.Width * 0.4f), box.Y + (box.Height / 2));
        await open.Page.Mouse.DownAsync();
        await open.Page.Mouse.MoveAsync(box.X + (box.Width * 0.6f), box.Y + (box.Height / 2));
        await open.Page.Mouse.UpAsync();

        await Expect(open.Page).ToHaveURLAsync(new Regex("from=\\d+&to=\\d+"));
        var search = HttpUtility.ParseQueryString(new Uri(open.Page.Url).Query);
        var seconds = (long.Parse(search["to"]!, CultureInfo.InvariantCulture) - long.Parse(search["from"]!, CultureInfo.InvariantCulture)) / 1000.0;
        // A fifth of the panel, and so somewhat more than a fifth of what lies between its axes.
        Assert.InRange(seconds, 180, 260);
        var range = open.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Time range" });
        await Expect(range).Not.ToContainTextAsync("Last");
        await open.WaitForAsync("Tool error rate", "ready");

        await open.Page.GoBackAsync();
        await Expect(range).ToContainTextAsync("Last 15 minutes");
    }

    [Fact]
    public async Task A_range_can_be_chosen_and_widened()
    {
        await using var open = await fixture.OpenAsync("?refresh=");
        var range = open.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Time range" });

        await range.ClickAsync();
        await open.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Last 5 minutes" }).ClickAsync();

        await Expect(range).ToContainTextAsync("Last 5 minutes");
        await open.ReadAsync("Calls per second by outcome");
        // No more points than scrapes, however wide the panel; fewer where Prometheus was gone for a while.
        var rows = await open.Panel("Calls per second by outcome").Locator(".data-table tbody tr").CountAsync();
        Assert.InRange(rows, 30, 61);
        await open.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Zoom out" }).ClickAsync();
        await Expect(range).Not.ToContainTextAsync("Last 5 minutes");
    }

    [Fact]
    public async Task The_pointer_reads_the_values_of_a_moment()
    {
        await using var open = await fixture.OpenAsync("?refresh=");
        await open.WaitForAsync("Calls per second by outcome", "ready");

        await open.Panel("Calls per second by outcome").Locator(".plot").HoverAsync();

        var tooltip = open.Page.GetByRole(AriaRole.Tooltip);
        await Expect(tooltip).ToContainTextAsync(new Regex("success(2|1[.]9\\d|2[.]0\\d) calls/s"));
        await Expect(tooltip).ToContainTextAsync(new Regex("timeout0[.]2[45]\\d? calls/s"));
        // The same moment is marked everywhere.
        await Expect(open.Panel("Latency").Locator(".crosshair")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task It_is_light_or_dark()
    {
        await using var open = await fixture.OpenAsync("?refresh=");
        await open.WaitForAsync("Latency", "ready");
        var page = open.Page.Locator("html");
        var light = await page.EvaluateAsync<string>("root => getComputedStyle(root).backgroundColor");

        await open.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });

        await Expect(page).ToHaveAttributeAsync("data-theme", "dark");
        Assert.NotEqual(light, await page.EvaluateAsync<string>("root => getComputedStyle(root).backgroundColor"));
        await open.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Colours: As the system" }).ClickAsync();
        await Expect(page).ToHaveAttributeAsync("data-theme", "light");
    }

    [Fact]
    public async Task A_series_can_be_singled_out()
    {
        await using var open = await fixture.OpenAsync("?refresh=");
        var legend = open.Panel("Calls per second by outcome").Locator(".legend");

        await legend.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "timeout" }).ClickAsync();

        await Expect(legend.Locator("tr.muted")).ToHaveCountAsync(2);
        Assert.Equal(["timeout (calls/s)"], (await open.ReadAsync("Calls per second by outcome")).Keys);
    }

    [Fact]
    public async Task Each_panel_says_what_it_means()
    {
        await using var open = await fixture.OpenAsync("?refresh=");
        var panel = Panels().First(panel => Text(panel["title"]) == "Tool timeout rate");

        await open.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "What Tool timeout rate means" }).ClickAsync();

        await Expect(open.Page.GetByText(Text(panel["description"]))).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Where_there_is_nothing_the_panels_say_so()
    {
        await using var open = await fixture.OpenAsync("?refresh=&var-tool_id=no/such");

        await open.WaitForAsync("Tool error rate", "empty");
        await Expect(open.Panel("Tool error rate")).ToContainTextAsync("No data in this range");
        await open.WaitForAsync("Latency", "empty");
        // What has no tool goes on.
        await open.WaitForAsync("Workers by state", "ready");
    }

    [Fact]
    public async Task A_query_that_fails_and_a_panel_that_cannot_be_drawn_touch_no_other()
    {
        using var folder = new TemporaryFolder();
        var dashboard = JsonNode.Parse(await File.ReadAllTextAsync(PanelsProcess.Dashboard, TestContext.Current.CancellationToken))!;
        var panels = dashboard["panels"]!.AsArray();
        panels.Single(panel => Text(panel!["title"]) == "Active")!["targets"]![0]!["expr"] = "sum(";
        panels.Single(panel => Text(panel!["title"]) == "Queued")!["type"] = "piechart";
        await using var server = await PanelsProcess.StartAsync(new Dictionary<string, string>(fixture.Environment())
        {
            ["DASHBOARD_JSON"] = folder.Write("dashboard.json", dashboard.ToJsonString()),
        });

        await using var open = await fixture.OpenAsync("?refresh=", server);

        await Expect(open.Panel("Active")).ToContainTextAsync("parse error");
        await Expect(open.Panel("Queued")).ToContainTextAsync("panel.type is \"piechart\"");
        await open.WaitForAsync("Rejected", "ready");
    }

    [Fact]
    public async Task Without_a_dashboard_the_page_says_why_there_is_none()
    {
        await using var server = await PanelsProcess.StartAsync(new Dictionary<string, string>(fixture.Environment())
        {
            ["DASHBOARD_JSON"] = "/no/such/dashboard.json",
        });

        await using var open = await fixture.OpenAsync("", server);

        await Expect(open.Banner).ToContainTextAsync("The dashboard's JSON cannot be read");
    }

    [Fact]
    public async Task Without_a_Prometheus_the_page_says_what_is_missing()
    {
        await using var server = await PanelsProcess.StartAsync(new Dictionary<string, string> { ["PROMETHEUS_URL"] = "" });

        await using var open = await fixture.OpenAsync("", server);

        await Expect(open.Banner).ToContainTextAsync("PROMETHEUS_URL is not set");
        await Expect(open.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Tool error rate" })).ToBeVisibleAsync();
    }

    private static IEnumerable<JsonNode> Panels() =>
        JsonNode.Parse(File.ReadAllText(PanelsProcess.Dashboard))!["panels"]!.AsArray().Select(panel => panel!);

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static Task<string> ColorAsync(ILocator locator) => locator.EvaluateAsync<string>("element => getComputedStyle(element).color");

    private static async Task<string> StatusAsync(HttpClient http, Uri prometheus, string query) =>
        Text(JsonNode.Parse(await http.GetStringAsync(new Uri(prometheus, $"/api/v1/query?query={Uri.EscapeDataString(query)}"), TestContext.Current.CancellationToken))!["status"]);

    private async Task<string> StatusAsync(string query)
    {
        using var http = new HttpClient();
        return await StatusAsync(http, fixture.Prometheus.Address, query);
    }

    private async Task<List<string>> DifferencesAsync()
    {
        await using var open = await fixture.OpenAsync("?refresh=");
        var differences = new List<string>();
        foreach (var (title, type) in OpenPage.Panels)
        {
            var drawn = await open.ReadAsync(title, type);
            Assert.True(Expected.TryGetValue(title, out var expected), $"It is not said what {title} draws.");
            differences.AddRange(expected
                .Where(series => !IsClose(series.Value, drawn.GetValueOrDefault(series.Key, "")))
                .Select(series => $"{title}: {series.Key} is {drawn.GetValueOrDefault(series.Key, "not drawn")}, not {series.Value}."));
        }

        return differences;
    }

    private static bool IsClose(string expected, string actual)
    {
        if (actual.Length == 0)
        {
            return false;
        }

        var (wanted, unit) = Split(expected);
        var (read, readUnit) = Split(actual);
        return unit == readUnit && Math.Abs(wanted - read) <= Math.Abs(wanted) * 0.05;
    }

    private static (double Value, string Unit) Split(string text)
    {
        var parts = text.Split(' ', 2);
        return (double.Parse(parts[0], CultureInfo.InvariantCulture), parts.Length > 1 ? parts[1] : "");
    }
}
