using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Executor.Processes;

namespace ToolRuntime.Tests.Executor.Telemetry;

/// <summary>Each row of the specification's table of events, provoked for real.</summary>
public sealed class RuntimeMetricsTests
{
    private const string Succeeded = "runtime_tool_execute_seconds{tool_id=tool,outcome=success} 1";
    private const string Failed = "runtime_tool_execute_seconds{tool_id=tool,outcome=error} 1";
    private const string Exited0 = "runtime_bun_process_exits_total{status=exit,code=0,signal=} 1";
    private const string Killed = "runtime_bun_process_exits_total{status=signal,code=137,signal=SIGKILL} 1";
    private const string SaysThatItRuns =
        """
        import { writeFileSync } from "node:fs";
        export default () => {
          writeFileSync("started", "");
          return new Promise(() => setInterval(() => {}, 1000));
        };
        """;

    private const string Terminated = "runtime_bun_process_exits_total{status=signal,code=143,signal=SIGTERM} 1";

    [Fact]
    public async Task The_five_instruments_are_as_specified()
    {
        await using var executor = await TestExecutor.StartAsync("export default () => 1;");

        Assert.Equal(
            [
                ("runtime_bun_process_exits_total", null, "Bun process termination reasons", typeof(Counter<long>)),
                ("runtime_tool_errors_total", null, "Total runtime tool errors categorized by failure point", typeof(Counter<long>)),
                ("runtime_tool_execute_seconds", "s", "Latency of runtime tool executions from start to completion", typeof(Histogram<double>)),
                ("runtime_tool_output_bytes", "By", "Size distribution of tool stdout payloads", typeof(Histogram<long>)),
                ("runtime_tool_timeouts_total", null, "Total tool executions that exceeded timeout", typeof(Counter<long>)),
            ],
            executor.Metrics.Instruments
                .OrderBy(instrument => instrument.Name, StringComparer.Ordinal)
                .Select(instrument => (instrument.Name, instrument.Unit, instrument.Description!, instrument.GetType())));
        Assert.Equal(
            [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
            executor.Metrics.Instruments.OfType<Histogram<double>>().Single().Advice!.HistogramBucketBoundaries!);
        Assert.Equal(
            [100, 1000, 10000, 100000, 1000000, 10000000],
            executor.Metrics.Instruments.OfType<Histogram<long>>().Single().Advice!.HistogramBucketBoundaries!);
    }

    [Fact]
    public async Task Counters_of_a_known_tool_start_at_zero()
    {
        await using var executor = await TestExecutor.StartAsync("export default () => 1;");

        Assert.Equal([0d], executor.Metrics.Values("runtime_tool_timeouts_total{tool_id=tool}"));
        foreach (var kind in new[] { "start", "stdin", "stdout", "stderr", "wait", "parse", "timeout" })
        {
            Assert.Equal([0d], executor.Metrics.Values($"runtime_tool_errors_total{{tool_id=tool,error_kind={kind}}}"));
        }
    }

    [Fact]
    public async Task A_returned_value_is_a_success_with_its_size()
    {
        await using var executor = await TestExecutor.StartAsync("""export default () => "ünï";""");

        var response = await executor.ExecuteAsync();

        Assert.Equal(Outcome.Success, response.Outcome);
        Assert.Equal("\"ünï\"", response.Result.ToStringUtf8());
        await executor.Metrics.Are(Succeeded, "runtime_tool_output_bytes{tool_id=tool} 1", Exited0);
        Assert.Equal([7d], executor.Metrics.Values("runtime_tool_output_bytes{tool_id=tool}"));
        Assert.Equal(7, response.OutputBytes);
    }

    [Fact]
    public async Task Bun_that_cannot_be_started_is_an_error_at_start()
    {
        using var bun = new BunCopy();
        await using var executor = await TestExecutor.StartAsync(
            "export default () => 1;",
            ("Executor:BunPath", bun.Path), ("Executor:CachePath", bun.CachePath), ("Executor:Pool:Size", "0"));
        bun.Remove();

        var response = await executor.ExecuteAsync();

        Assert.Equal("BunNotStarted", response.Error.Type);
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=start} 1");
    }

    [Fact]
    public async Task A_module_that_stops_loading_is_an_error_at_start()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            if (await Bun.file("flag").exists()) throw new RangeError("no more");
            export default () => 1;
            """);
        executor.Folder.Write("tools/flag", "");

        var response = await executor.ExecuteAsync();

        Assert.Equal((ErrorKind.Start, "RangeError", "no more"), (response.Error.Kind, response.Error.Type, response.Error.Message));
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=start} 1", Exited0);
    }

    [Fact]
    public async Task A_module_that_never_loaded_is_an_error_at_start()
    {
        await using var executor = await TestExecutor.StartAsync("export default function (");

        var response = await executor.ExecuteAsync();

        Assert.Equal((ErrorKind.Start, "ToolNotLoaded"), (response.Error.Kind, response.Error.Type));
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=start} 1");
    }

    [Fact]
    public async Task An_unknown_id_counts_for_no_tool()
    {
        await using var executor = await TestExecutor.StartAsync("export default () => 1;");

        await Assert.ThrowsAsync<ToolNotFoundException>(() =>
            executor.ExecuteAsync(TestExecutor.Request(toolId: "no-such-tool"), TestContext.Current.CancellationToken));

        await executor.Metrics.Are("runtime_tool_errors_total{tool_id=unknown,error_kind=start} 1");
    }

    [Theory]
    [InlineData("../tool", "null")]
    [InlineData("unknown", "null")]
    [InlineData("tool", "{")]
    [InlineData("tool", "1 2")]
    [InlineData("tool", "\"too long for the limit of this test\"")]
    public async Task A_bad_request_records_nothing(string toolId, string input)
    {
        await using var executor = await TestExecutor.StartAsync("export default () => 1;", ("Executor:MaxInputBytes", "20"));

        await Assert.ThrowsAsync<InvalidCallException>(() =>
            executor.ExecuteAsync(TestExecutor.Request(input, toolId: toolId), TestContext.Current.CancellationToken));

        await executor.Metrics.Are();
    }

    [Fact]
    public async Task A_refused_admission_records_nothing_but_its_refusal()
    {
        await using var executor = await TestExecutor.StartAsync(
            SaysThatItRuns, ("Executor:MaxConcurrency", "1"), ("Executor:MaxQueued", "0"));
        using var caller = new CancellationTokenSource();
        var running = await RunningAsync(executor, caller.Token);

        await Assert.ThrowsAsync<CallRefusedException>(() => executor.ExecuteAsync());

        await executor.Metrics.Are();
        Assert.Equal(1, executor.Operations.Series["runtime_executions_rejected_total{reason=queue_full}"]);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_deadline_that_passes_in_the_queue_is_a_timeout_without_a_process()
    {
        await using var executor = await TestExecutor.StartAsync(SaysThatItRuns, ("Executor:MaxConcurrency", "1"));
        using var caller = new CancellationTokenSource();
        var running = await RunningAsync(executor, caller.Token);

        var response = await executor.ExecuteAsync(timeout: TimeSpan.FromMilliseconds(300));

        Assert.Equal((Outcome.Timeout, "DeadlineExceeded"), (response.Outcome, response.Error.Type));
        await executor.Metrics.Are(TimedOut());
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_request_that_nobody_reads_is_an_error_at_stdin()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { closeSync } from "node:fs";
            closeSync(3);
            export default () => 1;
            """);

        var response = await executor.ExecuteAsync();

        Assert.Equal((ErrorKind.Stdin, "RequestNotWritten"), (response.Error.Kind, response.Error.Type));
        Assert.Contains("runtime_tool_errors_total{tool_id=tool,error_kind=stdin}", executor.Metrics.Series.Keys);
        Assert.Contains("runtime_tool_execute_seconds{tool_id=tool,outcome=error}", executor.Metrics.Series.Keys);
    }

    [Fact]
    public async Task A_result_over_the_limit_is_an_error_at_stdout()
    {
        await using var executor = await TestExecutor.StartAsync(
            """export default () => "x".repeat(1000);""", ("Executor:MaxResultBytes", "1000"));

        var response = await executor.ExecuteAsync();

        Assert.Equal("OutputLimitExceeded", response.Error.Type);
        Assert.Equal("The result has 1002 bytes; the limit is 1000.", response.Error.Message);
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=stdout} 1", Exited0);
    }

    [Fact]
    public async Task A_frame_over_the_limit_is_an_error_at_stdout_and_kills()
    {
        await using var executor = await TestExecutor.StartAsync(
            WritesToResponses("""new Uint8Array([255, 255, 255, 127, 4])""", "await new Promise(() => setInterval(() => {}, 1000));"));

        var response = await executor.ExecuteAsync();

        Assert.Equal((ErrorKind.Stdout, "OutputLimitExceeded"), (response.Error.Kind, response.Error.Type));
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=stdout} 1", Killed);
    }

    [Fact]
    public async Task A_response_that_breaks_off_is_an_error_at_stdout()
    {
        await using var executor = await TestExecutor.StartAsync(
            WritesToResponses("""new Uint8Array([100, 0, 0, 0, 4, 34])""", "process.exit(0);"));

        var response = await executor.ExecuteAsync();

        Assert.Equal((ErrorKind.Stdout, "ResponseBrokenOff"), (response.Error.Kind, response.Error.Type));
        Assert.Equal(0, response.Process.ExitCode);
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=stdout} 1", Exited0);
    }

    [Fact]
    public async Task A_closed_response_is_an_error_at_stdout()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { closeSync } from "node:fs";
            export default async () => {
              closeSync(4);
              await new Promise(() => setInterval(() => {}, 1000));
            };
            """);

        var response = await executor.ExecuteAsync();

        Assert.Equal((ErrorKind.Stdout, "ResponseBrokenOff"), (response.Error.Kind, response.Error.Type));
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=stdout} 1", Killed);
    }

    [Theory]
    [InlineData("console.error(`${i}`.padStart(100));")]
    [InlineData("process.stderr.write(`${i}\\n`.padStart(100));")]
    public async Task More_on_stderr_than_the_limit_is_counted_and_fails_nothing(string print)
    {
        await using var executor = await TestExecutor.StartAsync(
            $$"""export default async () => { for (let i = 0; i < 1000; i++) { {{print}} } return "done"; };""",
            ("Executor:MaxPrintedBytes", "1000"));

        var response = await executor.ExecuteAsync();

        Assert.Equal("\"done\"", response.Result.ToStringUtf8());
        await executor.Metrics.Are(
            Succeeded,
            "runtime_tool_errors_total{tool_id=tool,error_kind=stderr} 1",
            "runtime_tool_output_bytes{tool_id=tool} 1",
            Exited0);
        var printed = executor.Logs.GetSnapshot().Where(record => record.Category == "ToolRuntime.Tool").ToArray();
        Assert.Single(printed, record => record.Message.Contains("more than 1000 bytes", StringComparison.Ordinal));
        Assert.InRange(printed.Length, 10, 12);
    }

    [Fact]
    public async Task Unreadable_stderr_is_counted_and_fails_nothing()
    {
        // The pipe's end is the executor's own: no tool can make reading it fail.
        await using var executor = await TestExecutor.StartAsync(
            [("tool.ts", "export default () => 1;")], [], services => services.AddSingleton<IProcessLauncher, UnreadableErrorLauncher>());

        var response = await executor.ExecuteAsync();

        Assert.Equal(Outcome.Success, response.Outcome);
        await executor.Metrics.Are(
            Succeeded,
            "runtime_tool_errors_total{tool_id=tool,error_kind=stderr} 1",
            "runtime_tool_output_bytes{tool_id=tool} 1",
            Exited0);
    }

    [Fact]
    public async Task An_exit_before_the_answer_is_an_error_at_wait_with_its_code()
    {
        await using var executor = await TestExecutor.StartAsync("export default () => process.exit(137);");

        var response = await executor.ExecuteAsync();

        Assert.Equal((ErrorKind.Wait, "ProcessExited"), (response.Error.Kind, response.Error.Type));
        Assert.Equal(137, response.Process.ExitCode);
        await executor.Metrics.Are(
            Failed,
            "runtime_tool_errors_total{tool_id=tool,error_kind=wait} 1",
            "runtime_bun_process_exits_total{status=exit,code=137,signal=} 1");
    }

    [Fact]
    public async Task A_signal_before_the_answer_is_an_error_at_wait_with_its_name()
    {
        await using var executor = await TestExecutor.StartAsync("""export default () => process.kill(process.pid, "SIGKILL");""");

        var response = await executor.ExecuteAsync();

        Assert.Equal("SIGKILL", response.Process.Signal);
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=wait} 1", Killed);
    }

    [Fact]
    public async Task A_thrown_error_is_an_error_at_wait()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            class QuotaError extends Error {}
            export default () => { throw new QuotaError("none left"); };
            """);

        var response = await executor.ExecuteAsync();

        Assert.Equal(
            (ErrorKind.Wait, "QuotaError", "none left"), (response.Error.Kind, response.Error.Type, response.Error.Message));
        Assert.Contains("tool.ts:2:", response.Error.Stack, StringComparison.Ordinal);
        Assert.DoesNotContain("worker.ts", response.Error.Stack, StringComparison.Ordinal);
        Assert.Null(response.Process);
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=wait} 1", Exited0);
        Assert.Equal(1, executor.Operations.Series["gen_ai.execute_tool.duration{gen_ai.tool.name=tool,error.type=QuotaError}"]);
    }

    [Theory]
    [InlineData("const a = {}; a.a = a; return a;", "TypeError")]
    [InlineData("return 1n;", "TypeError")]
    [InlineData("return () => 1;", "TypeError")]
    public async Task A_result_that_json_cannot_hold_is_an_error_at_parse(string body, string type)
    {
        await using var executor = await TestExecutor.StartAsync([("tool.js", $$"""export default () => { {{body}} };""")]);

        var response = await executor.ExecuteAsync();

        Assert.Equal((ErrorKind.Parse, type), (response.Error.Kind, response.Error.Type));
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=parse} 1", Exited0);
    }

    [Theory]
    [InlineData("""new TextEncoder().encode("hello, this is no frame")""")]
    [InlineData("new Uint8Array([3, 0, 0, 0, 4, 123, 123])")]
    [InlineData("new Uint8Array([1, 0, 0, 0, 2])")]
    [InlineData("new Uint8Array([3, 0, 0, 0, 5, 123, 125])")]
    public async Task A_response_against_the_protocol_is_an_error_at_parse(string bytes)
    {
        await using var executor = await TestExecutor.StartAsync(
            WritesToResponses(bytes, "await new Promise(() => setInterval(() => {}, 1000));"));

        var response = await executor.ExecuteAsync();

        Assert.Equal((ErrorKind.Parse, "ProtocolViolation"), (response.Error.Kind, response.Error.Type));
        await executor.Metrics.Are(Failed, "runtime_tool_errors_total{tool_id=tool,error_kind=parse} 1", Killed);
    }

    [Theory]
    [InlineData("await new Promise(() => setInterval(() => {}, 1000));")]
    [InlineData("for (;;) {}")]
    public async Task A_passed_deadline_is_a_timeout_and_ends_the_process(string body)
    {
        await using var executor = await TestExecutor.StartAsync($$"""export default async () => { {{body}} };""");

        var response = await executor.ExecuteAsync(timeout: TimeSpan.FromMilliseconds(300));

        Assert.Equal((Outcome.Timeout, ErrorKind.Timeout), (response.Outcome, response.Error.Kind));
        Assert.Null(response.Process);
        await executor.Metrics.Are(TimedOut(Terminated));
    }

    [Fact]
    public async Task A_process_that_ignores_being_asked_is_killed()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            process.on("SIGTERM", () => {});
            export default () => new Promise(() => setInterval(() => {}, 1000));
            """,
            ("Executor:KillGrace", "00:00:00.300"));

        await executor.ExecuteAsync(timeout: TimeSpan.FromMilliseconds(300));

        await executor.Metrics.Are(TimedOut(Killed));
    }

    [Fact]
    public async Task A_caller_who_went_away_is_not_recorded()
    {
        await using var executor = await TestExecutor.StartAsync(SaysThatItRuns);
        using var caller = new CancellationTokenSource();
        var call = await RunningAsync(executor, caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await executor.Metrics.Are(Terminated);
        Assert.Equal(1, executor.Operations.Series["runtime_tool_cancellations_total{tool_id=tool}"]);
    }

    // A call that runs, and goes on until its caller leaves.
    private static async Task<Task<ExecuteToolResponse>> RunningAsync(TestExecutor executor, CancellationToken caller)
    {
        var call = executor.ExecuteAsync(TestExecutor.Request(), caller);
        await Support.Eventually.True(() => File.Exists(executor.Folder.File("tools/started")), "the tool's start");
        return call;
    }

    private static string[] TimedOut(params string[] exits) =>
    [
        "runtime_tool_execute_seconds{tool_id=tool,outcome=timeout} 1",
        "runtime_tool_errors_total{tool_id=tool,error_kind=timeout} 1",
        "runtime_tool_timeouts_total{tool_id=tool} 1",
        .. exits,
    ];

    private static string WritesToResponses(string bytes, string then) =>
        $$"""
        import { writeSync } from "node:fs";
        export default async () => {
          writeSync(4, {{bytes}});
          {{then}}
        };
        """;
}
