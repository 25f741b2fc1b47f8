using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Net.Client;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.ServiceDefaults;

/// <summary>What Prometheus reads, letter by letter.</summary>
public sealed partial class MetricsEndpointTests : IAsyncLifetime
{
    private readonly TemporaryFolder _tools = new();
    private readonly HttpClient _http = new();
    private ServiceProcess _executor = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _tools.Write("greet.ts", "export default (name) => `hello ${name}`;");
        _executor = await ServiceProcess.StartAsync("ToolRuntime.Executor", new Dictionary<string, string>
        {
            ["Tools__Path"] = _tools.Path,
            ["Executor__CachePath"] = _tools.File(".cache"),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _executor.DisposeAsync();
        _http.Dispose();
        _tools.Dispose();
    }

    [Fact]
    public async Task The_five_metrics_have_the_specified_names_labels_and_buckets()
    {
        await CallAsync();
        await Eventually.True(async () => (await ScrapeAsync()).Contains("runtime_bun_process_exits_total{", StringComparison.Ordinal), "the exit");

        var lines = (await ScrapeAsync()).Split('\n').Where(line => Names.Any(name => line.Contains(name, StringComparison.Ordinal))).Select(Normalize);

        Assert.Equal(Expected.ReplaceLineEndings("\n").Split('\n'), lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_second_meter_is_there_beside_them()
    {
        await CallAsync();

        var metrics = await ScrapeAsync();

        foreach (var name in new[]
        {
            "runtime_tool_executions_active{tool_id=\"greet\"}", "runtime_executions_queued{} 0", "runtime_workers{state=\"idle\"}",
            "runtime_worker_start_seconds_count", "runtime_queue_wait_seconds_count{} 1", "gen_ai_execute_tool_duration_seconds_count",
            "runtime_tool_cancellations_total{tool_id=\"greet\"} 0",
            "runtime_executions_rejected_total{reason=\"queue_full\"} 0",
            "runtime_executions_rejected_total{reason=\"queue_timeout\"} 0",
        })
        {
            Assert.Contains(name, metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OpenMetrics_carries_exemplars_with_the_trace()
    {
        await CallAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_executor.Http, "/metrics"));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));
        using var response = await _http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);

        Assert.Matches("""runtime_tool_execute_seconds_bucket\{.*\} 1 # \{.*trace_id="[0-9a-f]{32}".*\}""", text);
    }

    [Fact]
    public async Task Health_and_liveness_answer()
    {
        Assert.Contains("1 tools loaded, 0 not", await _http.GetStringAsync(new Uri(_executor.Http, "/health"), Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("tools", await _http.GetStringAsync(new Uri(_executor.Http, "/alive"), Cancellation), StringComparison.Ordinal);
    }

    private async Task CallAsync()
    {
        using var channel = GrpcChannel.ForAddress(_executor.Grpc);
        var response = await new ExecutorService.ExecutorServiceClient(channel).ExecuteAsync(
            new ExecuteToolRequest { ToolId = "greet", Input = ByteString.CopyFromUtf8("\"you\"") }, cancellationToken: Cancellation);
        Assert.Equal(Outcome.Success, response.Outcome);
    }

    private Task<string> ScrapeAsync() => _http.GetStringAsync(new Uri(_executor.Http, "/metrics"), Cancellation);

    // How long the call took decides its bucket: every bucket's count and the sum of seconds stand as N.
    private static string Normalize(string line) =>
        line.StartsWith("runtime_tool_execute_seconds_bucket", StringComparison.Ordinal)
        || line.StartsWith("runtime_tool_execute_seconds_sum", StringComparison.Ordinal)
            ? Value().Replace(line, " N")
            : line;

    [GeneratedRegex(@" [0-9.eE-]+( \d+)?$")]
    private static partial Regex Value();

    private static readonly string[] Names =
    [
        "runtime_tool_execute_seconds", "runtime_tool_errors_total", "runtime_tool_timeouts_total",
        "runtime_bun_process_exits_total", "runtime_tool_output_bytes",
    ];

    private const string Expected =
        """
        # HELP runtime_bun_process_exits_total Bun process termination reasons
        # HELP runtime_tool_errors_total Total runtime tool errors categorized by failure point
        # HELP runtime_tool_execute_seconds Latency of runtime tool executions from start to completion
        # HELP runtime_tool_output_bytes Size distribution of tool stdout payloads
        # HELP runtime_tool_timeouts_total Total tool executions that exceeded timeout
        # TYPE runtime_bun_process_exits_total counter
        # TYPE runtime_tool_errors_total counter
        # TYPE runtime_tool_execute_seconds histogram
        # TYPE runtime_tool_output_bytes histogram
        # TYPE runtime_tool_timeouts_total counter
        runtime_bun_process_exits_total{code="0",signal="",status="exit"} 1
        runtime_tool_errors_total{error_kind="parse",tool_id="greet"} 0
        runtime_tool_errors_total{error_kind="start",tool_id="greet"} 0
        runtime_tool_errors_total{error_kind="start",tool_id="unknown"} 0
        runtime_tool_errors_total{error_kind="stderr",tool_id="greet"} 0
        runtime_tool_errors_total{error_kind="stdin",tool_id="greet"} 0
        runtime_tool_errors_total{error_kind="stdout",tool_id="greet"} 0
        runtime_tool_errors_total{error_kind="timeout",tool_id="greet"} 0
        runtime_tool_errors_total{error_kind="wait",tool_id="greet"} 0
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="+Inf"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="0.005"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="0.01"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="0.025"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="0.05"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="0.1"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="0.25"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="0.5"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="1"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="10"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="2.5"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="30"} N
        runtime_tool_execute_seconds_bucket{outcome="success",tool_id="greet",le="5"} N
        runtime_tool_execute_seconds_count{outcome="success",tool_id="greet"} 1
        runtime_tool_execute_seconds_sum{outcome="success",tool_id="greet"} N
        runtime_tool_output_bytes_bucket{tool_id="greet",le="+Inf"} 1
        runtime_tool_output_bytes_bucket{tool_id="greet",le="100"} 1
        runtime_tool_output_bytes_bucket{tool_id="greet",le="1000"} 1
        runtime_tool_output_bytes_bucket{tool_id="greet",le="10000"} 1
        runtime_tool_output_bytes_bucket{tool_id="greet",le="100000"} 1
        runtime_tool_output_bytes_bucket{tool_id="greet",le="1000000"} 1
        runtime_tool_output_bytes_bucket{tool_id="greet",le="10000000"} 1
        runtime_tool_output_bytes_count{tool_id="greet"} 1
        runtime_tool_output_bytes_sum{tool_id="greet"} 11
        runtime_tool_timeouts_total{tool_id="greet"} 0
        """;
}
