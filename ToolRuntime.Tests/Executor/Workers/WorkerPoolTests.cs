using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Telemetry;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Workers;

/// <summary>The pool with real Bun processes.</summary>
public sealed class WorkerPoolTests
{
    private const string Pid = "let calls = 0; export default (input) => ({ pid: process.pid, calls: ++calls, input });";

    private const string Killed = "runtime_bun_process_exits_total{status=signal,code=137,signal=SIGKILL}";

    // A tool whose worker does not end when it is not needed any more, nor when it is asked to.
    private const string Stays =
        """
        process.exit = () => {};
        process.on("SIGTERM", () => {});
        setInterval(() => {}, 1000);
        export default () => 1;
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_pool_fills_up_and_fills_again_behind_each_call()
    {
        await using var executor = await StartAsync(Pid, size: 4);
        await FullAsync(executor, 4);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Outcome.Success, (await executor.ExecuteAsync()).Outcome);
            await FullAsync(executor, 4);
        }
    }

    [Fact]
    public async Task A_tool_that_is_called_has_waiting_workers_of_its_own()
    {
        await using var executor = await StartAsync(Pid, size: 4);
        await FullAsync(executor, 4);
        await executor.ExecuteAsync();
        await FullAsync(executor, 4);

        var taken = await executor.Pool.TakeAsync(ToolOf(executor), Isolation.PerCall, Cancellation);

        Assert.Null(taken.NotLoaded);
        executor.Pool.Return(taken, reply: null);
    }

    [Fact]
    public async Task A_stop_lets_waiting_workers_go_by_themselves()
    {
        await using var executor = await StartAsync(Pid, size: 4, ("Executor:Isolation", "Reused"));
        await executor.ExecuteAsync();
        await Eventually.True(() => executor.Pool is { IsFull: true, Waiting: 5 }, "four waiting workers and a reused one");

        await executor.StopAsync();

        await executor.Metrics.Are(
            "runtime_bun_process_exits_total{status=exit,code=0,signal=} 5",
            "runtime_tool_execute_seconds{tool_id=tool,outcome=success} 1",
            "runtime_tool_output_bytes{tool_id=tool} 1");
    }

    [Fact]
    public async Task A_stop_kills_a_waiting_worker_that_does_not_go()
    {
        await using var executor = await StartAsync(Stays, size: 0, ("Executor:Isolation", "Reused"), ("Executor:KillGrace", "00:00:00.300"));
        await executor.ExecuteAsync();

        await executor.StopAsync();

        Assert.Empty(WorkersOf(executor));
        await Eventually.True(() => executor.Metrics.Series.ContainsKey(Killed), "its end");
    }

    [Fact]
    public async Task A_stop_that_may_take_no_longer_kills_at_once()
    {
        await using var executor = await StartAsync(Stays, size: 0, ("Executor:Isolation", "Reused"), ("Executor:KillGrace", "00:01:00"));
        await executor.ExecuteAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => executor.Services.GetRequiredService<WorkerSupervisor>().StopAsync(new CancellationToken(canceled: true)));

        await Eventually.True(() => executor.Metrics.Series.ContainsKey(Killed), "its end");
    }

    [Fact]
    public async Task With_no_pool_every_call_starts_its_own()
    {
        await using var executor = await StartAsync(Pid, size: 0);

        var responses = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => executor.ExecuteAsync()));

        Assert.All(responses, response => Assert.Equal(Outcome.Success, response.Outcome));
        Assert.Equal(0, executor.Pool.Waiting);
    }

    [Fact]
    public async Task A_waiting_worker_that_is_killed_is_replaced()
    {
        await using var executor = await StartAsync(Pid, size: 2);
        await FullAsync(executor, 2);

        var first = KillWorkersOf(executor);

        await Eventually.True(() => WorkersOf(executor).Except(first).Count() == 2, "two other workers");
        await FullAsync(executor, 2);
        Assert.Equal(Outcome.Success, (await executor.ExecuteAsync()).Outcome);
    }

    [Fact]
    public async Task A_waiting_worker_whose_kill_nobody_has_noticed_yet_fails_no_call()
    {
        await using var executor = await StartAsync(Pid, size: 1);
        var tool = ToolOf(executor);
        for (var turn = 0; turn < 20; turn++)
        {
            await FullAsync(executor, 1);
            KillWorkersOf(executor);

            var taken = await executor.Pool.TakeAsync(tool, Isolation.PerCall, Cancellation);
            Assert.Null(taken.NotLoaded);
            executor.Pool.Return(taken, reply: null);
        }
    }

    [Fact]
    public async Task A_hundred_rarely_used_tools_cost_no_more_than_one()
    {
        await using var executor = await TestExecutor.StartAsync(
            [.. Enumerable.Range(0, 30).Select(i => ($"t{i}.ts", Pid))], ("Executor:Pool:Size", "3"), ("Executor:Pool:Unassigned", "3"));
        await FullAsync(executor, 3);

        for (var i = 0; i < 30; i++)
        {
            var response = await executor.ExecuteAsync(TestExecutor.Request(toolId: $"t{i}"), Cancellation);
            Assert.Equal(Outcome.Success, response.Outcome);
        }

        await FullAsync(executor, 3);
    }

    [Fact]
    public async Task In_the_strict_sandbox_all_that_waits_is_workers_of_tools_that_are_called()
    {
        SandboxUnderTest.SkipUnlessAvailable("strict");
        await using var executor = await StartAsync(Pid, size: 3, ("Executor:Sandbox", "strict"));
        await FullAsync(executor, 0);

        Assert.Equal(Outcome.Success, (await executor.ExecuteAsync()).Outcome);
        await FullAsync(executor, 3);

        Assert.Equal(Outcome.Success, (await executor.ExecuteAsync()).Outcome);
        await FullAsync(executor, 3);
    }

    [Theory]
    [InlineData("landlock")]
    [InlineData("strict")]
    public async Task A_sandboxed_worker_that_is_reused_ends_when_its_memory_has_grown(string sandbox)
    {
        SandboxUnderTest.SkipUnlessAvailable(sandbox);
        await using var executor = await StartAsync(
            """
            const kept = []; let calls = 0;
            export default () => { kept.push(new Uint8Array(8_000_000).fill(1)); return ++calls; };
            """,
            size: 0,
            ("Executor:Sandbox", sandbox), ("Executor:Isolation", "Reused"), ("Executor:Pool:ReusedMaxGrowthBytes", "100000000"));

        var answers = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            answers.Add((await executor.ExecuteAsync()).Result.ToStringUtf8());
        }

        Assert.Equal(2, answers.Count(answer => answer == "1"));
    }

    [Fact]
    public async Task A_reused_worker_keeps_its_state_until_it_has_had_its_calls()
    {
        await using var executor = await StartAsync(Pid, size: 0, ("Executor:Pool:ReusedMaxCalls", "3"));

        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await CallReusedAsync(executor));
        }

        Assert.Equal(["\"calls\":1", "\"calls\":2", "\"calls\":3", "\"calls\":1"], answers);
    }

    [Theory]
    [InlineData("throw new Error('no');")]
    [InlineData("return 1n;")]
    public async Task A_reused_worker_ends_after_an_error(string body)
    {
        await using var executor = await StartAsync($$"""export default () => { {{body}} };""", size: 0);

        await CallReusedAsync(executor);

        Assert.Equal(0, executor.Pool.Waiting);
        await Eventually.True(
            () => executor.Metrics.Series.ContainsKey("runtime_bun_process_exits_total{status=exit,code=0,signal=}"), "the worker's end");
    }

    [Fact]
    public async Task A_reused_worker_ends_when_its_memory_has_grown()
    {
        await using var executor = await StartAsync(
            """
            const kept = []; let calls = 0;
            export default () => { kept.push(new Uint8Array(8_000_000).fill(1)); return { calls: ++calls }; };
            """,
            size: 0,
            ("Executor:Pool:ReusedMaxGrowthBytes", "100000000"));

        var answers = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            answers.Add(await CallReusedAsync(executor));
        }

        Assert.Equal(2, answers.Count(answer => answer == "\"calls\":1"));
    }

    [Fact]
    public async Task A_reused_workers_variables_are_each_calls_own()
    {
        await using var executor = await StartAsync(
            "export default () => ({ calls: `${process.env.A ?? 'none'},${process.env.LANG}` });", size: 0);

        var first = await CallReusedAsync(executor, new Dictionary<string, string> { ["A"] = "mine", ["LANG"] = "xx" });
        var second = await CallReusedAsync(executor);

        Assert.Equal(("\"calls\":\"mine,xx\"", "\"calls\":\"none,C.UTF-8\""), (first, second));
    }

    [Fact]
    public async Task Under_random_kills_every_call_has_exactly_one_answer_that_fits()
    {
        await using var executor = await StartAsync(
            "export default async (input) => { await Bun.sleep(input % 3); return input; };", size: 4);
        using var stop = new CancellationTokenSource();
        var killing = KillAtRandomAsync(executor, stop.Token);

        var next = 0;
        var answers = new int[1000];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next) - 1) < answers.Length;)
            {
                var response = await executor.ExecuteAsync(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
                Interlocked.Increment(ref answers[i]);
                if (response.Outcome == Outcome.Success)
                {
                    Assert.Equal(i.ToString(System.Globalization.CultureInfo.InvariantCulture), response.Result.ToStringUtf8());
                }
                else
                {
                    Assert.Contains(response.Error.Kind, new[] { ErrorKind.Wait, ErrorKind.Stdin, ErrorKind.Start, ErrorKind.Stdout });
                }
            }
        }));
        await stop.CancelAsync();
        var killed = await killing;

        Assert.All(answers, count => Assert.Equal(1, count));
        Assert.True(killed > 0);
        await FullAsync(executor, 4);
        await Eventually.True(() => WorkersOf(executor).Count == 4, "no process beside the waiting ones");
    }

    private static Task<TestExecutor> StartAsync(string source, int size, params (string Name, string Value)[] settings) =>
        TestExecutor.StartAsync(
            source,
            [
                ("Executor:Pool:Size", size.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ("Executor:Pool:Unassigned", "1"),
                .. settings,
            ]);

    private static WorkerTool ToolOf(TestExecutor executor) => new(executor.Tools[0].Module!, executor.Tools[0].Key, Profile: null);

    private static Task FullAsync(TestExecutor executor, int size) =>
        Eventually.True(() => executor.Pool.IsFull && executor.Pool.Waiting == size, $"a pool of {size}");

    private static async Task<string> CallReusedAsync(TestExecutor executor, IReadOnlyDictionary<string, string>? environment = null)
    {
        var taken = await executor.Pool.TakeAsync(ToolOf(executor), Isolation.Reused, Cancellation);
        var request = new WorkerRequest(
            "tool", "call", "null"u8.ToArray(), "null"u8.ToArray(), environment ?? new Dictionary<string, string>(), DateTimeOffset.UtcNow, 1000);
        using var tracing = new ToolTracing();
        using var spans = new ToolSpans(tracing);
        var reply = await taken.Worker.CallAsync(request, new CallObserver(executor.Output(), spans, Events: null), Cancellation);
        executor.Pool.Return(taken, reply);
        return reply is ToolReturned returned
            ? System.Text.Encoding.UTF8.GetString(returned.Json.Span).Trim('{', '}').Split(',', 2) switch
            {
                [var pid, var rest] when pid.StartsWith("\"pid\"", StringComparison.Ordinal) => rest.Split(',')[0],
                var parts => string.Join(',', parts),
            }
            : ((ToolFailed)reply).Type;
    }

    private static async Task<int> KillAtRandomAsync(TestExecutor executor, CancellationToken stop)
    {
        var random = new Random(7);
        var killed = 0;
        while (!stop.IsCancellationRequested)
        {
            var children = WorkersOf(executor);
            if (children.Count > 0)
            {
                Kill(children[random.Next(children.Count)]);
                killed++;
            }

            await Task.Delay(random.Next(5, 40), CancellationToken.None);
        }

        return killed;
    }

    private static IReadOnlyList<int> KillWorkersOf(TestExecutor executor)
    {
        var workers = WorkersOf(executor);
        foreach (var pid in workers)
        {
            Kill(pid);
        }

        return workers;
    }

    // Every test's executor is this process: its workers are told by the folder that they run in.
    private static IReadOnlyList<int> WorkersOf(TestExecutor executor) =>
        [.. ProcessTree.Of(Environment.ProcessId).Where(pid => LiveProcess.Exists(pid) && IsWorker(pid, executor.Folder.File("tools")))];

    // What forks the others is none itself, though they have its command line.
    private static bool IsWorker(int pid, string folder)
    {
        try
        {
            var isFork = File.ReadAllText($"/proc/{pid}/cmdline").Contains(WorkerCommand.ForkArguments[0], StringComparison.Ordinal);
            return new FileInfo($"/proc/{pid}/cwd").ResolveLinkTarget(returnFinalTarget: false)?.FullName == folder
                && (!isFork || ProcessTree.ParentOf(pid) != Environment.ProcessId);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
