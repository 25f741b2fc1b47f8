using System.Diagnostics;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Execution;

/// <summary>What a tool can use while it runs.</summary>
public sealed class ToolContextTests
{
    [Fact]
    public async Task A_tools_spans_lie_below_its_run_as_they_were_nested()
    {
        using var spans = new RecordedSpans();
        await using var executor = await TestExecutor.StartAsync(
            """
            export default async (input, config, context) =>
              context.span("outer", async () => {
                await Bun.sleep(5);
                const inner = context.span("inner", () => 20);
                try { await context.span("fails", async () => { throw new RangeError("no"); }); } catch {}
                return inner + 1;
              });
            """);

        var response = await executor.ExecuteAsync();

        Assert.Equal("21", response.Result.ToStringUtf8());
        var run = spans.Under(spans.OfExecution(response.ExecutionId)).Single(span => span.DisplayName == "run tool");
        var outer = Assert.Single(spans.Under(run));
        Assert.Equal("outer", outer.DisplayName);
        Assert.InRange(outer.Duration, TimeSpan.FromMilliseconds(4), TimeSpan.FromSeconds(10));
        Assert.Equal(["fails", "inner"], spans.Under(outer).Select(span => span.DisplayName).Order(StringComparer.Ordinal));
        var fails = spans.Under(outer).Single(span => span.DisplayName == "fails");
        Assert.Equal(("RangeError", ActivityStatusCode.Error), (fails.GetTagItem("error.type"), fails.Status));
    }

    [Fact]
    public async Task Progress_is_an_event_of_the_run()
    {
        using var spans = new RecordedSpans();
        await using var executor = await TestExecutor.StartAsync(
            """export default (input, config, context) => { context.progress(0.5, "half"); context.progress(1); };""");

        var response = await executor.ExecuteAsync();

        var run = spans.Under(spans.OfExecution(response.ExecutionId)).Single(span => span.DisplayName == "run tool");
        Assert.Equal(
            [(0.5, "half"), (1.0, "")],
            run.Events.Select(e => e.Tags.ToDictionary()).Select(tags => ((double)tags["tool.progress.fraction"]!, (string)tags["tool.progress.message"]!)));
    }

    [Fact]
    public async Task A_fraction_out_of_range_is_the_tools_error()
    {
        await using var executor = await TestExecutor.StartAsync("export default (i, c, context) => context.progress(2);");

        Assert.Equal("RangeError", (await executor.ExecuteAsync()).Error.Type);
    }

    [Fact]
    public async Task A_tool_that_uses_its_signal_has_a_moment_to_end_by_itself()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { writeFileSync } from "node:fs";
            export default (input, config, { signal }) =>
              new Promise((resolve, reject) => {
                const timer = setInterval(() => {}, 1000);
                signal.addEventListener("abort", () => {
                  writeFileSync("cleaned", signal.reason.name);
                  clearInterval(timer);
                  reject(signal.reason);
                });
              });
            """,
            ("Executor:KillGrace", "00:00:10"));

        var response = await executor.ExecuteAsync(timeout: TimeSpan.FromSeconds(1));

        Assert.Equal(Outcome.Timeout, response.Outcome);
        await Eventually.True(
            () => executor.Metrics.Series.ContainsKey("runtime_bun_process_exits_total{status=signal,code=143,signal=SIGTERM}"), "its end");
        Assert.Equal("AbortError", await File.ReadAllTextAsync(executor.Folder.File("tools/cleaned"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_contexts_log_is_the_consoles()
    {
        await using var executor = await TestExecutor.StartAsync("export default (i, c, { log }) => { log.warn('careful', 1); };");

        await executor.ExecuteAsync();

        var record = Assert.Single(executor.Logs.GetSnapshot(), record => record.Category == "ToolRuntime.Tool");
        Assert.Equal((Microsoft.Extensions.Logging.LogLevel.Warning, "careful 1"), (record.Level, record.Message));
    }

    [Fact]
    public async Task What_a_module_prints_while_it_loads_belongs_to_its_first_call()
    {
        await using var executor = await TestExecutor.StartAsync(
            "console.log('loading'); export default () => { console.log('running'); };", ("Executor:Pool:Size", "2"));
        await executor.ExecuteAsync();
        await Eventually.True(() => executor.Pool.IsFull, "a full pool");

        var response = await executor.ExecuteAsync();

        Assert.Equal(
            ["loading", "running"],
            executor.Logs.GetSnapshot()
                .Where(record => record.GetStructuredStateValue("executionId") == response.ExecutionId)
                .Select(record => record.Message));
    }
}
