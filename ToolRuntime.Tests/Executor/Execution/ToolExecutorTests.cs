using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Execution;

public sealed class ToolExecutorTests
{
    [Fact]
    public async Task A_tool_gets_input_config_and_context()
    {
        await using var executor = await TestExecutor.StartAsync(
            "export default (input, config, { toolId, executionId }) => ({ input, config, toolId, executionId });");
        var request = TestExecutor.Request("""{"a":[1,"ü"]}""");
        request.Config = ByteString.CopyFromUtf8("""{"b":null}""");
        request.ExecutionId = "call-7";

        var response = await executor.ExecuteAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(
            """{"input":{"a":[1,"ü"]},"config":{"b":null},"toolId":"tool","executionId":"call-7"}""",
            response.Result.ToStringUtf8());
        Assert.Equal("call-7", response.ExecutionId);
    }

    [Fact]
    public async Task A_tool_sees_the_callers_variables_and_none_of_the_executors()
    {
        Environment.SetEnvironmentVariable("EXECUTOR_SECRET", "s3cret");
        await using var executor = await TestExecutor.StartAsync("export default () => process.env;");
        executor.Folder.Write("tools/.env", "FROM_FILE=1");
        var request = TestExecutor.Request();
        request.Environment["API_KEY"] = "k";

        var response = await executor.ExecuteAsync(request, TestContext.Current.CancellationToken);

        var environment = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(response.Result.Span)!;
        Assert.Equal(
            ["API_KEY", "BUN_FEATURE_FLAG_NO_ORPHANS", "BUN_RUNTIME_TRANSPILER_CACHE_PATH", "DO_NOT_TRACK", "LANG", "PATH", "TMPDIR"],
            environment.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("k", environment["API_KEY"]);
    }

    [Fact]
    public async Task Each_call_has_a_process_of_its_own()
    {
        await using var executor = await TestExecutor.StartAsync("let calls = 0; export default () => [process.pid, ++calls];");

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => executor.ExecuteAsync()));

        Assert.Equal(6, results.Select(response => response.Result.ToStringUtf8()).Distinct().Count());
        Assert.All(results, response => Assert.EndsWith(",1]", response.Result.ToStringUtf8(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_large_input_and_result_go_through_whole()
    {
        await using var executor = await TestExecutor.StartAsync("export default (input) => input;");
        var input = $"\"{new string('x', 9_000_000)}\"";

        var response = await executor.ExecuteAsync(input);

        Assert.Equal(input, response.Result.ToStringUtf8());
    }

    [Fact]
    public async Task Stdout_is_no_part_of_the_protocol()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { writeSync } from "node:fs";
            export default () => {
              writeSync(1, new Uint8Array([5, 0, 0, 0, 4, 49, 49, 49, 49]));
              process.stdout.write("\u0000\u0001\n{\"result\":1}\n");
              return "right";
            };
            """);

        Assert.Equal("\"right\"", (await executor.ExecuteAsync()).Result.ToStringUtf8());
    }

    [Fact]
    public async Task What_a_tool_prints_is_logged_with_its_level_and_ids()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            export default () => {
              console.debug("d"); console.log("l %s", 1, { a: 2 }); console.warn("w"); console.error("e");
              process.stdout.write("out\n"); process.stderr.write("err\n");
              return 1;
            };
            """);

        var response = await executor.ExecuteAsync();

        var expected = new[]
        {
            (LogLevel.Debug, "d", "console"), (LogLevel.Information, "l 1 { a: 2 }", "console"), (LogLevel.Warning, "w", "console"),
            (LogLevel.Error, "e", "console"), (LogLevel.Information, "out", "stdout"), (LogLevel.Warning, "err", "stderr"),
        };
        await Eventually.True(() => Printed().Length == expected.Length, "everything that was printed");
        Assert.Equal(expected.Order(), Printed().Select(record => (record.Level, record.Message, record.GetStructuredStateValue("stream")!)).Order());
        Assert.All(Printed(), record =>
        {
            Assert.Equal("tool", record.GetStructuredStateValue("toolId"));
            Assert.Equal(response.ExecutionId, record.GetStructuredStateValue("executionId"));
        });

        Microsoft.Extensions.Logging.Testing.FakeLogRecord[] Printed() =>
            [.. executor.Logs.GetSnapshot().Where(record => record.Category == "ToolRuntime.Tool")];
    }

    [Theory]
    [InlineData("return 1;", null, null)]
    [InlineData("throw new RangeError('no');", "RangeError", "wait")]
    [InlineData("process.exit(3);", "ProcessExited", "wait")]
    public async Task The_span_says_what_an_operator_asks_first(string body, string? errorType, string? errorKind)
    {
        using var spans = new RecordedSpans();
        await using var executor = await TestExecutor.StartAsync($$"""export default () => { {{body}} };""");

        var response = await executor.ExecuteAsync();

        var span = spans.OfExecution(response.ExecutionId);
        Assert.Equal("execute_tool tool", span.DisplayName);
        Assert.Equal(["run tool", "wait for worker"], spans.Under(span).Select(child => child.DisplayName).Order(StringComparer.Ordinal));
        Assert.Equal("execute_tool", span.GetTagItem("gen_ai.operation.name"));
        Assert.Equal("tool", span.GetTagItem("gen_ai.tool.name"));
        Assert.Equal(errorType, span.GetTagItem("error.type"));
        Assert.Equal(errorKind, span.GetTagItem("tool.error.kind"));
        Assert.Equal(errorType is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, span.Status);
    }

    [Fact]
    public async Task A_timeout_ends_the_whole_process_group()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { writeFileSync } from "node:fs";
            export default async () => {
              const child = Bun.spawn(["sleep", "600"]);
              writeFileSync("pids.tmp", `${process.pid} ${child.pid}`);
              require("node:fs").renameSync("pids.tmp", "pids");
              await child.exited;
            };
            """);

        var response = await executor.ExecuteAsync(timeout: TimeSpan.FromSeconds(2));

        Assert.Equal(Outcome.Timeout, response.Outcome);
        var pids = (await File.ReadAllTextAsync(executor.Folder.File("tools/pids"), TestContext.Current.CancellationToken)).Split(' ');
        await Eventually.True(
            () => !pids.Any(pid => LiveProcess.Exists(int.Parse(pid, CultureInfo.InvariantCulture))), "the end of the group");
    }

    [Fact]
    public async Task A_stop_ends_what_runs_and_says_so_to_its_caller()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { writeFileSync } from "node:fs";
            export default () => { writeFileSync("pid", `${process.pid}`); for (;;) {} };
            """,
            ("Executor:DrainTimeout", "00:00:00.200"));
        var call = executor.ExecuteAsync();
        await Eventually.True(() => File.Exists(executor.Folder.File("tools/pid")), "the tool's start");
        await Eventually.True(() => File.ReadAllText(executor.Folder.File("tools/pid")).Length > 0, "the tool's start");

        await executor.StopAsync();

        await Assert.ThrowsAsync<ExecutorStoppingException>(() => call);
        await Assert.ThrowsAsync<ExecutorStoppingException>(() => executor.ExecuteAsync());
        Assert.False(LiveProcess.Exists(int.Parse(File.ReadAllText(executor.Folder.File("tools/pid")), CultureInfo.InvariantCulture)));
    }
}
