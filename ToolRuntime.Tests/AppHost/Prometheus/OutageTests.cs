using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost.Prometheus;

/// <summary>What is seen of a service that is gone, and what is felt where Prometheus itself is.</summary>
[Collection<Observed>]
public sealed class OutageTests(ObservedApp app)
{
    private const string Calls = "sum(runtime_tool_execute_seconds_count{tool_id=\"markdown/to-html\"})";
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ScrapedWithin = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_stopped_executor_is_seen_and_alerted_on_within_fifteen_seconds_and_its_share_is_gone()
    {
        // A Prometheus that has just been started knows nothing of what it has not scraped itself.
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await Eventually.True(
            async () => (await JobsOfAsync($"timestamp(runtime_workers) > {now}")).SequenceEqual(["job=executor-0", "job=executor-1"]),
            "a scrape of both",
            ScrapedWithin);
        await CommandAsync("executor-1", KnownResourceCommands.StopCommand);

        await Eventually.True(async () => await FiringAsync("ExecutorDown", "executor-1"), "the alert", SeenWithin);

        Assert.Equal(
            [new Sample("__name__=up,instance=executor-1,job=executor-1", 0)], await app.Prometheus.QueryAsync("up == 0"));
        Assert.Equal(["job=executor-0"], await JobsOfAsync("runtime_workers"));
        var alert = (await app.Prometheus.GetJsonAsync("/api/v1/alerts"))["alerts"]!.AsArray()
            .Single(alert => alert!["labels"]!["alertname"]!.GetValue<string>() == "ExecutorDown")!;
        Assert.Equal("executor-1 does not answer", alert["annotations"]!["summary"]!.GetValue<string>());

        await CommandAsync("executor-1", KnownResourceCommands.StartCommand);
        await Eventually.True(async () => !await FiringAsync("ExecutorDown", "executor-1"), "the alert's end", ScrapedWithin);
        Assert.Equal(["job=executor-0", "job=executor-1"], await JobsOfAsync("runtime_workers"));
    }

    [Fact]
    public async Task Prometheus_killed_is_nobody_elses_concern_and_knows_after_its_start_what_it_knew_before()
    {
        await CallAsync();
        await Eventually.True(
            async () => await CallsAsync() > 0, "the call before", ScrapedWithin);
        var known = await CallsAsync();
        using (var process = Process.GetProcessById(int.Parse(app.Property("prometheus", "executable.pid"), CultureInfo.InvariantCulture)))
        {
            process.Kill();
        }

        await app.App.ResourceNotifications.WaitForResourceAsync(
            "prometheus", update => KnownResourceStates.TerminalStates.Contains(update.Snapshot.State?.Text), TestContext.Current.CancellationToken);
        await CallAsync();
        foreach (var service in (string[])["executor-0", "executor-1", "gateway"])
        {
            Assert.True(app.App.ResourceNotifications.TryGetCurrentState(service, out var current));
            Assert.Equal(KnownResourceStates.Running, current.Snapshot.State?.Text);
        }

        await CommandAsync("prometheus", KnownResourceCommands.StartCommand);
        await app.App.ResourceNotifications.WaitForResourceHealthyAsync("prometheus", TestContext.Current.CancellationToken);
        await Eventually.True(async () => await CallsAsync() == known + 1, "both calls", ScrapedWithin);
        Assert.Equal(known, (await app.Prometheus.QueryAsync($"min_over_time(({Calls})[5m:1s]) >= {known}")).Single().Value);
        await ObservedApp.EveryServiceIsUpAsync(app.Prometheus);
    }

    private async Task<double> CallsAsync() => (await app.Prometheus.QueryAsync(Calls)).SingleOrDefault()?.Value ?? 0;

    private async Task<string[]> JobsOfAsync(string metric) =>
        [.. (await app.Prometheus.QueryAsync($"count by (job) ({metric})")).Select(sample => sample.Labels)];

    private async Task<bool> FiringAsync(string alert, string instance) =>
        (await app.Prometheus.GetJsonAsync("/api/v1/alerts"))["alerts"]!.AsArray().Any(candidate =>
            candidate!["state"]!.GetValue<string>() == "firing"
            && candidate["labels"]!["alertname"]!.GetValue<string>() == alert
            && candidate["labels"]!["instance"]!.GetValue<string>() == instance);

    private async Task CallAsync()
    {
        var response = await app.Client.ExecuteToolAsync(
            new ExecuteToolRequest { ToolId = "markdown/to-html", Input = ByteString.CopyFromUtf8("""{"markdown":"*a*"}""") },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Outcome.Success, response.Outcome);
    }

    private async Task CommandAsync(string resource, string command)
    {
        var result = await app.App.ResourceCommands.ExecuteCommandAsync(resource, command, TestContext.Current.CancellationToken);
        Assert.True(result.Success, result.Message);
    }
}
