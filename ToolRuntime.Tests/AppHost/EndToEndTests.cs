using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost;

/// <summary>The main job: a call in, and its metrics, trace and logs where people look for them.</summary>
public sealed class EndToEndTests(RunningApp app) : AppTest(app)
{
    [Fact]
    public async Task A_call_by_grpc_succeeds()
    {
        var response = await ExecuteAsync("text/stats", """{"text":"hello world"}""");

        Assert.Equal(Outcome.Success, response.Outcome);
        Assert.Equal(2, JsonNode.Parse(response.Result.ToStringUtf8())!["words"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_call_by_rest_succeeds()
    {
        using var response = await App.Gateway.PostAsync(
            "/v1/tools/text/stats/execute", new StringContent("""{"text":"hello world"}""", Encoding.UTF8), Cancellation);

        var answer = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
        Assert.Equal("success", answer["outcome"]!.GetValue<string>());
        Assert.Equal(2, answer["result"]!["words"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("json/query", """{"data":{"people":[{"name":"Ada","age":36},{"name":"Bob","age":7}]},"query":"people[?age > `30`].name"}""", """["Ada"]""")]
    [InlineData("csv/to-json", """{"csv":"a,b\n1,\"x, y\"\n"}""", """{"rows":[{"a":"1","b":"x, y"}],"count":1}""")]
    [InlineData("markdown/to-html", """{"markdown":"# Hi *you*"}""", """{"html":"<h1>Hi <em>you</em></h1>\n"}""")]
    [InlineData("math/primes", """{"below":100}""", """{"count":25,"largest":97}""")]
    [InlineData("demo/slow", """{"milliseconds":20}""", """{"slept":20}""")]
    public async Task Each_sample_tool_does_its_work(string toolId, string input, string result)
    {
        var response = await ExecuteAsync(toolId, input);

        Assert.Equal((Outcome.Success, result), (response.Outcome, response.Result.ToStringUtf8()));
    }

    [Fact]
    public async Task The_fetching_tool_fetches_from_this_machine_only()
    {
        var local = await ExecuteAsync("http/fetch", $$"""{"url":"{{App.Gateway.BaseAddress}}alive"}""");
        Assert.Equal(200, JsonNode.Parse(local.Result.ToStringUtf8())!["status"]!.GetValue<int>());

        var other = await ExecuteAsync("http/fetch", """{"url":"http://192.0.2.1/"}""");
        Assert.Equal("RangeError", other.Error.Type);
    }

    [Fact]
    public async Task The_failing_tool_fails_as_asked()
    {
        Assert.Equal("DemoError", (await ExecuteAsync("demo/fail", "{}")).Error.Type);
        Assert.Equal(137, (await ExecuteAsync("demo/fail", """{"how":"exit","code":137}""")).Process.ExitCode);
        Assert.Equal("SIGKILL", (await ExecuteAsync("demo/fail", """{"how":"signal"}""")).Process.Signal);
        Assert.Equal(ErrorKind.Parse, (await ExecuteAsync("demo/fail", """{"how":"cycle"}""")).Error.Kind);
        Assert.Equal("OutputLimitExceeded", (await ExecuteAsync("demo/fail", """{"how":"large"}""")).Error.Type);
        Assert.Equal("OutputSchemaViolation", (await ExecuteAsync("demo/fail", """{"how":"schema"}""")).Error.Type);
    }

    [Fact]
    public async Task The_metrics_arrive_under_their_names_at_the_executor_that_answered()
    {
        var response = await ExecuteAsync("demo/fail", """{"how":"exit","code":42}""");
        var http = App.App.GetEndpoint(response.Executor, "http");

        await Eventually.True(
            async () =>
            {
                var metrics = await App.Gateway.GetStringAsync(new Uri(http, "/metrics"), Cancellation);
                return metrics.Contains("""runtime_bun_process_exits_total{code="42",signal="",status="exit"} 1""", StringComparison.Ordinal)
                    && metrics.Contains("""runtime_tool_execute_seconds_count{outcome="error",tool_id="demo/fail"}""", StringComparison.Ordinal)
                    && metrics.Contains("""runtime_tool_errors_total{error_kind="wait",tool_id="demo/fail"}""", StringComparison.Ordinal)
                    && metrics.Contains("""runtime_tool_timeouts_total{tool_id="demo/fail"} 0""", StringComparison.Ordinal);
            },
            "the call's metrics");
    }

    [Fact]
    public async Task The_trace_spans_both_services_and_carries_the_tools_span()
    {
        var response = await ExecuteAsync("text/stats", """{"text":"one trace"}""");

        Telemetry.Span[] trace = [];
        await Eventually.True(
            async () => (trace = await Telemetry.TraceOfAsync(App.Dashboard, response.ExecutionId)).Length == 6, "six spans of one trace");

        Assert.Equal(
            [
                ("gateway", "call text/stats"),
                ("gateway", "toolruntime.executor.v1.ExecutorService/Execute"),
                (response.Executor, "POST /toolruntime.executor.v1.ExecutorService/Execute"),
                (response.Executor, "execute_tool text/stats"),
            ],
            Telemetry.AncestryOf(trace, "execute_tool text/stats").Select(span => (span.Service, span.Name)));
        Assert.Equal(
            ["run tool", "wait for worker"],
            trace.Where(span => span.ParentId == trace.Single(parent => parent.Name.StartsWith("execute_tool", StringComparison.Ordinal)).Id)
                .Select(span => span.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_tool_prints_is_a_log_record_of_its_trace()
    {
        var response = await ExecuteAsync("text/stats", """{"text":"three words here"}""");

        JsonNode? record = null;
        await Eventually.True(
            async () => (record = await Telemetry.LogOfAsync(App.Dashboard, response.ExecutionId)) is not null, "the printed line");

        Assert.Equal("Read 3 words.", record!["body"]!["stringValue"]!.GetValue<string>());
        Telemetry.Span? tool = null;
        await Eventually.True(
            async () => (tool = (await Telemetry.TraceOfAsync(App.Dashboard, response.ExecutionId))
                .SingleOrDefault(span => span.Name == "execute_tool text/stats")) is not null,
            "the tool's span");
        Assert.Equal((tool!.TraceId, tool.Id), (record["traceId"]!.GetValue<string>(), record["spanId"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_gateways_command_runs_the_sample_tool()
    {
        var result = await App.App.ResourceCommands.ExecuteCommandAsync("gateway", "run-sample", Cancellation);

        Assert.True(result.Success, result.Message);
        Assert.Contains("\"words\":2", result.Message, StringComparison.Ordinal);
    }

    private async Task<ExecuteToolResponse> ExecuteAsync(string toolId, string input) =>
        await App.Client.ExecuteToolAsync(
            new ExecuteToolRequest { ToolId = toolId, Input = ByteString.CopyFromUtf8(input) }, cancellationToken: Cancellation);
}
