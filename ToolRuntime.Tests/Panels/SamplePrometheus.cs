using System.Globalization;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Panels;

/// <summary>A real Prometheus that has seen the sample metrics for a while, and goes on scraping them.</summary>
internal sealed class SamplePrometheus : IAsyncDisposable
{
    private static readonly TimeSpan Seen = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly int _port = Free.Port();
    private RunningProcess? _process;

    private SamplePrometheus(SampleExporter exporter) => Exporter = exporter;

    public SampleExporter Exporter { get; }

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public static async Task<SamplePrometheus> StartAsync()
    {
        // On a full second, as the history's file has them.
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var prometheus = new SamplePrometheus(await SampleExporter.StartAsync(now - Seen));
        try
        {
            await prometheus.RecordAsync(now);
            await prometheus.StartAgainAsync();
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }

        return prometheus;
    }

    /// <summary>Starts it at the same address, with the same data, unless it runs.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null)
        {
            return;
        }

        var process = _process = new RunningProcess(
            Path.Combine(await PrometheusPrograms.FolderAsync(), "prometheus"),
            [
                $"--config.file={_folder.File("prometheus.yml")}", $"--storage.tsdb.path={_folder.File("data")}",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{_port}"),
                "--enable-feature=exemplar-storage", "--query.lookback-delta=30s",
            ],
            _folder.Path);
        await Eventually.True(async () => process.HasExited || await IsReadyAsync(), "Prometheus");
        Assert.False(process.HasExited, process.Output);
    }

    /// <summary>Waits until the time in which it was being started lies before what a rate looks at.</summary>
    public Task SeesWithoutGapsAsync() => Eventually.True(
        async () => (await _http.GetStringAsync(new Uri(Address, "/api/v1/query?query=min(count_over_time(up[40s]))%20%3E%3D%208"))).Contains("\"value\"", StringComparison.Ordinal),
        "40 s of scrapes",
        TimeSpan.FromSeconds(90));

    public async Task StopAsync()
    {
        await _process!.DisposeAsync();
        _process = null;
    }

    public void Freeze() => _process!.Freeze();

    public void Thaw() => _process!.Thaw();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        await Exporter.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task RecordAsync(DateTimeOffset now)
    {
        var history = _folder.Write("history.txt", SampleMetrics.History(now - Seen, now, ScrapeInterval));
        await using var promtool = new RunningProcess(
            Path.Combine(await PrometheusPrograms.FolderAsync(), "promtool"), ["tsdb", "create-blocks-from", "openmetrics", history, _folder.File("data")], _folder.Path);
        Assert.True(await promtool.WaitForExitAsync() == 0, promtool.Output);
        _folder.Write(
            "prometheus.yml",
            $$"""
            global: { scrape_interval: {{ScrapeInterval.TotalSeconds}}s, scrape_timeout: 4s }
            scrape_configs:
            {{Scrape("executor-0")}}
            {{Scrape("executor-1")}}
            """);
    }

    private string Scrape(string executor) =>
        $$"""
          - job_name: {{executor}}
            metrics_path: /{{executor}}
            static_configs: [{ targets: ["{{Exporter.Address}}"], labels: { instance: {{executor}} } }]
        """;

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(Address, "/-/ready"), TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
