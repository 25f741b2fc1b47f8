using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Panels;

/// <summary>A Prometheus with the sample metrics, the panels page before it, and a browser to look at it.</summary>
public sealed class PanelsPage : IAsyncLifetime
{
    public const string TraceDashboard = "http://localhost:15080";

    private SamplePrometheus? _prometheus;
    private PanelsProcess? _panels;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal SamplePrometheus Prometheus => _prometheus!;

    internal PanelsProcess Panels => _panels!;

    public async ValueTask InitializeAsync()
    {
        if (!PrometheusPrograms.CanBeHad || !Chromium.IsInstalled)
        {
            return;
        }

        // First, since what is fetched takes time in which nothing is scraped.
        await PrometheusPrograms.FolderAsync();
        _prometheus = await SamplePrometheus.StartAsync();
        await _prometheus.SeesWithoutGapsAsync();
        _panels = await PanelsProcess.StartAsync(Environment());
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_panels is not null)
        {
            await _panels.DisposeAsync();
        }

        if (_prometheus is not null)
        {
            await _prometheus.DisposeAsync();
        }
    }

    internal static void SkipWhereItCannotRun()
    {
        Assert.SkipUnless(PrometheusPrograms.CanBeHad, PrometheusPrograms.HowToInstall);
        Assert.SkipUnless(Chromium.IsInstalled, Chromium.HowToInstall);
    }

    /// <summary>The settings of a server of the page before this Prometheus.</summary>
    internal Dictionary<string, string> Environment() => new()
    {
        ["PROMETHEUS_URL"] = Prometheus.Address.ToString(),
        ["PROMETHEUS_PUBLIC_URL"] = Prometheus.Address.ToString(),
        ["DASHBOARD_URL"] = TraceDashboard,
    };

    /// <summary>Opens the page in a window of its own, tall enough for all panels at once.</summary>
    internal async Task<OpenPage> OpenAsync(string search = "", PanelsProcess? panels = null)
    {
        var page = await _browser!.NewPageAsync(new BrowserNewPageOptions
        {
            BaseURL = (panels ?? Panels).Address.ToString(),
            ViewportSize = new ViewportSize { Width = 1440, Height = 3400 },
            ColorScheme = ColorScheme.Light,
        });
        page.SetDefaultTimeout(20_000);
        Assertions.SetDefaultExpectTimeout(20_000);
        var open = new OpenPage(page);
        await page.GotoAsync($"/{search}");
        return open;
    }
}

/// <summary>The page in a browser's window, as a person finds their way in it.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();

    public OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            // That the server answers an error is what some tests are about; everything else is a fault of the page's.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
    }

    /// <summary>The dashboard's panels.</summary>
    public static IEnumerable<(string Title, string Type)> Panels =>
        JsonNode.Parse(File.ReadAllText(PanelsProcess.Dashboard))!["panels"]!.AsArray()
            .Select(panel => (panel!["title"]!.GetValue<string>(), panel["type"]!.GetValue<string>()))
            .Where(panel => panel.Item2 != "row");

    public IPage Page { get; }

    public ILocator Banner => Page.GetByRole(AriaRole.Alert).First;

    public ILocator Panel(string title) => Page.Locator("section.panel").Filter(new LocatorFilterOptions
    {
        Has = Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = title, Exact = true }),
    });

    public Task WaitForAsync(string title, string state) =>
        Assertions.Expect(Panel(title)).ToHaveAttributeAsync("data-state", state);

    /// <summary>What a panel draws, by the names of its series or bars.</summary>
    public Task<Dictionary<string, string>> ReadAsync(string title, string type) => type == "bargauge" ? ReadRowsAsync(title) : ReadAsync(title);

    /// <summary>What a panel draws, read from its table: the heads and then the newest row.</summary>
    public async Task<Dictionary<string, string>> ReadAsync(string title)
    {
        var table = await OpenTableAsync(title);
        var heads = await table.Locator("thead th").AllTextContentsAsync();
        var cells = await table.Locator("tbody tr").First.Locator("td").AllTextContentsAsync();
        return heads.Zip(cells).Skip(1).ToDictionary();
    }

    /// <summary>What a panel of bars draws, by the names of the bars.</summary>
    public async Task<Dictionary<string, string>> ReadRowsAsync(string title)
    {
        var rows = await (await OpenTableAsync(title)).Locator("tbody tr").AllAsync();
        var read = new Dictionary<string, string>();
        foreach (var row in rows)
        {
            var cells = await row.Locator("td").AllTextContentsAsync();
            read[cells[0]] = cells[1];
        }

        return read;
    }

    public async ValueTask DisposeAsync()
    {
        await Page.CloseAsync();
        Assert.Empty(_complaints);
    }

    private async Task<ILocator> OpenTableAsync(string title)
    {
        await WaitForAsync(title, "ready");
        var panel = Panel(title);
        var toggle = panel.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { NameRegex = new Regex(" as a table$") });
        if (await toggle.GetAttributeAsync("aria-pressed") == "false")
        {
            await toggle.ClickAsync();
        }

        return panel.GetByRole(AriaRole.Table, new LocatorGetByRoleOptions { Name = title, Exact = true });
    }
}
