using Google.Protobuf;
using Microsoft.Playwright;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ToolRuntime.Tests.AppHost;

/// <summary>The dashboard's pages as a person sees them, in a real browser.</summary>
public sealed class DashboardPagesTests(RunningApp app) : AppTest(app)
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage _page = null!;

    public override async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Chromium.IsInstalled, Chromium.HowToInstall);
        await base.InitializeAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        _page = await _browser.NewPageAsync(new BrowserNewPageOptions
        {
            BaseURL = App.Dashboard.BaseAddress!.ToString(),
            ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
        });
        _page.SetDefaultTimeout(20_000);
        SetDefaultExpectTimeout(20_000);
        await _page.GotoAsync($"/login?t={RunningApp.BrowserToken}");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Resources_are_shown_running_with_their_urls()
    {
        await _page.GotoAsync("/");

        foreach (var (resource, link) in new[] { ("executor-0", "Metrics"), ("executor-1", "Metrics"), ("gateway", "Tools (REST)") })
        {
            var row = _page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = resource });
            await Expect(row).ToContainTextAsync("Running");
            await Expect(row.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = link })).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task The_five_instruments_are_shown_under_their_meter_with_their_labels()
    {
        var executor = (await CallAsync()).Executor;

        await _page.GotoAsync($"/metrics/resource/{executor}");
        await Expect(TreeItem("compozy.runtime")).ToBeVisibleAsync();
        foreach (var (instrument, label) in new[]
        {
            ("runtime_tool_execute_seconds", "outcome"),
            ("runtime_tool_errors_total", "error_kind"),
            ("runtime_tool_timeouts_total", "tool_id"),
            ("runtime_bun_process_exits_total", "signal"),
            ("runtime_tool_output_bytes", "tool_id"),
        })
        {
            await TreeItem(instrument).ClickAsync();
            await Expect(_page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = instrument })).ToBeVisibleAsync();
            await Expect(_page.GetByText(label, new PageGetByTextOptions { Exact = true }).First).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task A_call_is_shown_as_one_trace_from_the_gateway_to_the_tool()
    {
        var response = await CallAsync();
        Telemetry.Span[] trace = [];
        await Eventually.True(
            async () => (trace = await Telemetry.TraceOfAsync(App.Dashboard, response.ExecutionId)).Length == 6, "the whole trace");

        await _page.GotoAsync($"/traces/detail/{trace[0].TraceId}");

        foreach (var span in (string[])["call text/stats", "execute_tool text/stats", "wait for worker", "run tool"])
        {
            await Expect(_page.GetByText(span, new PageGetByTextOptions { Exact = true }).First).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task A_printed_line_is_shown_as_a_structured_log_with_its_trace()
    {
        var response = await CallAsync();
        Telemetry.Span[] trace = [];
        await Eventually.True(
            async () => (trace = await Telemetry.TraceOfAsync(App.Dashboard, response.ExecutionId)).Length == 6, "the whole trace");

        await _page.GotoAsync($"/structuredlogs?filters=log.traceid:equals:{trace[0].TraceId}");

        var row = _page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "Read 2 words." });
        await Expect(row.GetByText(trace[0].TraceId[..7])).ToBeVisibleAsync();
    }

    private ILocator TreeItem(string name) =>
        _page.GetByRole(AriaRole.Treeitem, new PageGetByRoleOptions { Name = name }).First;

    private async Task<ExecuteToolResponse> CallAsync() =>
        await App.Client.ExecuteToolAsync(
            new ExecuteToolRequest { ToolId = "text/stats", Input = ByteString.CopyFromUtf8("""{"text":"two words"}""") },
            cancellationToken: Cancellation);
}
