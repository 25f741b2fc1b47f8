using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost.Prometheus;

/// <summary>A known load, read back through PromQL: nothing lost, nothing double.</summary>
[Collection<Observed>]
public sealed class CountsTests(ObservedApp app)
{
    private static readonly TimeSpan TwoScrapes = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Exactly_what_was_called_is_counted_over_both_executors()
    {
        await Task.WhenAll(
            CallAsync(12, "text/stats", """{"text":"two words"}"""),
            CallAsync(3, "text/stats", "{}"),
            CallAsync(5, "demo/fail", """{"how":"throw"}"""),
            CallAsync(4, "demo/fail", """{"how":"exit","code":42}"""),
            CallAsync(2, "demo/fail", """{"how":"signal"}"""),
            CallAsync(3, "demo/fail", """{"how":"cycle"}"""),
            CallAsync(2, "demo/fail", """{"how":"schema"}"""),
            CallAsync(1, "demo/fail", """{"how":"large"}"""),
            CallAsync(6, "demo/slow", """{"milliseconds":5}"""),
            CallAsync(4, "demo/slow", """{"milliseconds":20000}""", timeout: TimeSpan.FromMilliseconds(300)),
            CallAsync(3, "demo/slow", """{"milliseconds":20000}""", departure: TimeSpan.FromMilliseconds(300)),
            CallAsync(2, "no/such-tool", "null"));

        await CountedAsync(
            new Count(
                "sum by (tool_id, outcome) (runtime_tool_execute_seconds_count{tool_id!~\"json/.*|markdown/.*\"})",
                ("outcome=error,tool_id=demo/fail", 17),
                ("outcome=success,tool_id=demo/slow", 6),
                ("outcome=success,tool_id=text/stats", 12),
                ("outcome=timeout,tool_id=demo/slow", 4)),
            new Count(
                "sum by (tool_id, error_kind) (runtime_tool_errors_total) > 0",
                ("error_kind=parse,tool_id=demo/fail", 5),
                ("error_kind=start,tool_id=unknown", 2),
                ("error_kind=stdout,tool_id=demo/fail", 1),
                ("error_kind=timeout,tool_id=demo/slow", 4),
                ("error_kind=wait,tool_id=demo/fail", 11)),
            new Count("sum by (tool_id) (runtime_tool_timeouts_total) > 0", ("tool_id=demo/slow", 4)),
            new Count("sum by (tool_id) (runtime_tool_cancellations_total) > 0", ("tool_id=demo/slow", 3)),
            new Count(
                "sum by (tool_id) (runtime_tool_output_bytes_count{tool_id!~\"json/.*|markdown/.*\"})",
                ("tool_id=demo/slow", 6),
                ("tool_id=text/stats", 12)),
            new Count(
                "sum by (status, code, signal) (runtime_bun_process_exits_total{status=\"exit\", code!=\"0\"} or runtime_bun_process_exits_total{signal=\"SIGKILL\"})",
                ("code=137,signal=SIGKILL,status=signal", 2),
                ("code=42,status=exit", 4)),
            new Count("sum(runtime_tool_executions_active)", ("", 0)));

        // Both had their share, and the sums above are over both.
        Assert.Equal(2, (await app.Prometheus.QueryAsync("sum by (job) (runtime_tool_execute_seconds_count)")).Length);
    }

    [Fact]
    public async Task An_exemplar_leads_from_a_bucket_to_the_trace()
    {
        await CallAsync(1, "json/query", """{"data":{},"query":"a"}""");

        await Eventually.True(
            async () =>
            {
                var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
                var query = Uri.EscapeDataString("runtime_tool_execute_seconds_bucket{tool_id=\"json/query\"}");
                var found = await app.Prometheus.GetJsonAsync($"/api/v1/query_exemplars?query={query}&start={now - 300}&end={now + 60}");
                return found.AsArray().SelectMany(series => series!["exemplars"]!.AsArray())
                    .Any(exemplar => exemplar!["labels"]!["trace_id"]?.GetValue<string>().Length == 32);
            },
            "an exemplar with a trace id",
            TwoScrapes);
    }

    /// <summary>After one scrape more everything is still as it was.</summary>
    private async Task CountedAsync(params Count[] counts)
    {
        foreach (var count in counts)
        {
            Sample[] found = [];
            await Eventually.True(
                async () => (found = await app.Prometheus.QueryAsync(count.Query)).SequenceEqual(count.Samples),
                count.Query,
                TwoScrapes,
                () => string.Join('\n', (object[])found));
        }

        var scraped = await LastScrapeAsync();
        await Eventually.True(async () => await LastScrapeAsync() > scraped, "another scrape", TwoScrapes);
        foreach (var count in counts)
        {
            Assert.Equal(count.Samples, await app.Prometheus.QueryAsync(count.Query));
        }
    }

    private async Task<double> LastScrapeAsync() => (await app.Prometheus.QueryAsync("min(timestamp(up))")).Single().Value;

    private async Task CallAsync(int times, string toolId, string input, TimeSpan? timeout = null, TimeSpan? departure = null)
    {
        for (var i = 0; i < times; i++)
        {
            var request = new ExecuteToolRequest
            {
                ToolId = toolId,
                Input = ByteString.CopyFromUtf8(input),
                Timeout = timeout is { } given ? Duration.FromTimeSpan(given) : null,
            };
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            if (departure is { } after)
            {
                gone.CancelAfter(after);
            }

            try
            {
                await app.Client.ExecuteToolAsync(request, cancellationToken: gone.Token);
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.Cancelled or StatusCode.InvalidArgument)
            {
                // What the one who went away is told, the one who asked for a tool that is none, and the one with a bad input.
            }
        }
    }

    private sealed record Count(string Query, params (string Labels, double Value)[] Expected)
    {
        public Sample[] Samples => [.. Expected.Select(sample => new Sample(sample.Labels, sample.Value))];
    }
}
