using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Processes.Posix.Forks;
using ToolRuntime.Executor.Processes.Sandbox;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Processes;

/// <summary>Workers that are forked from one that was started once.</summary>
public sealed class ForkServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("none")]
    [InlineData("landlock")]
    public async Task Forked_calls_have_nothing_of_each_other_nor_of_the_server(string sandbox)
    {
        SandboxUnderTest.SkipUnlessAvailable(sandbox);
        await using var executor = await StartAsync(
            """
            import { tmpdir } from "node:os";
            export default () => ({
              pid: process.pid,
              parent: process.ppid,
              random: Math.random(),
              uuid: crypto.randomUUID(),
              bytes: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex"),
              temporary: tmpdir(),
              arguments: process.argv.length,
              settings: Object.keys(process.env).filter((name) => /^(BUN_JSC|MIMALLOC)/.test(name)),
            });
            """,
            sandbox);

        var results = new List<JsonElement>();
        for (var call = 0; call < 6; call++)
        {
            results.Add(await ResultAsync(executor));
        }

        foreach (var different in new[] { "pid", "random", "uuid", "bytes", "temporary" })
        {
            Assert.Equal(results.Count, results.Select(result => result.GetProperty(different).ToString()).Distinct().Count());
        }

        Assert.All(results, result => Assert.InRange(result.GetProperty("random").GetDouble(), 0, 1));
        Assert.All(results, result => Assert.Empty(result.GetProperty("settings").EnumerateArray()));
        Assert.All(results, result => Assert.Equal(2, result.GetProperty("arguments").GetInt32()));
        var server = Assert.Single(results.Select(result => result.GetProperty("parent").GetInt32()).Distinct());
        Assert.NotEqual(Environment.ProcessId, server);
    }

    [Fact]
    public async Task Forked_calls_wait_for_their_own_events_side_by_side()
    {
        await using var executor = await StartAsync(
            """
            import { readFile, writeFile } from "node:fs/promises";
            import { tmpdir } from "node:os";
            import { gzipSync, gunzip } from "node:zlib";
            export default async (input) => {
              const file = `${tmpdir()}/file`;
              for (let turn = 0; turn < 20; turn++) {
                await new Promise((resolve) => setTimeout(resolve, 1));
                await writeFile(file, `${input} ${turn}`);
                if ((await readFile(file, "utf8")) !== `${input} ${turn}`) throw new Error("not mine");
              }
              return new Promise((resolve, reject) =>
                gunzip(gzipSync(String(input)), (error, text) => (error ? reject(error) : resolve(Number(text)))));
            };
            """,
            "landlock",
            ("Executor:Pool:Size", "4"));

        var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(call => executor.ExecuteAsync($"{call}")));

        Assert.All(responses, response => Assert.Null(response.Error));
        Assert.Equal(Enumerable.Range(0, 12).Select(call => $"{call}"), responses.Select(response => response.Result.ToStringUtf8()));
    }

    [Fact]
    public async Task The_engine_compiles_within_the_limit_of_the_address_space()
    {
        // The runtime's own calls of the C library need the compiler, and say so where there is none.
        await using var executor = await StartAsync(
            """
            import { dlopen } from "bun:ffi";
            export default () => dlopen("libc.so.6", { getpid: { args: [], returns: "i32" } }).symbols.getpid() === process.pid;
            """,
            "none");

        Assert.Equal("true", (await executor.ExecuteAsync()).Result.ToStringUtf8());
    }

    [Fact]
    public async Task A_server_that_is_killed_takes_its_calls_along_and_another_takes_its_place()
    {
        await using var executor = await StartAsync(
            """export default (wait) => wait ? new Promise(() => setTimeout(() => {}, 60_000)) : process.ppid;""", "none");
        var running = executor.ExecuteAsync("true");
        var server = (await ResultAsync(executor, "false")).GetInt32();
        Assert.NotEqual(Environment.ProcessId, server);

        Kill(server);

        var ended = await running;
        Assert.Equal((Outcome.Error, "SIGKILL"), (ended.Outcome, ended.Process?.Signal));
        await Eventually.True(() => !LiveProcess.Exists(server), "the end of the server");

        // Until the ends of the waiting workers have been noticed, a call may be written to one of them.
        await Eventually.True(
            async () => await executor.ExecuteAsync("false") is { Error: null } answer
                && JsonSerializer.Deserialize<int>(answer.Result.Span) is var other
                && other != server && other != Environment.ProcessId,
            "calls that are forked again");
    }

    [Fact]
    public async Task A_process_of_more_than_one_thread_is_not_forked()
    {
        using var folder = new TemporaryFolder();
        await using var executor = await StartAsync("export default () => 1;", "none");
        var program = await executor.Services.GetRequiredService<WorkerProgram>().PathAsync();

        // Without what keeps the engine from threads of its own.
        var environment = WorkerCommand.Environment
            .Where(variable => !variable.Key.Contains("Concurrent", StringComparison.Ordinal) && !variable.Key.StartsWith("MIMALLOC", StringComparison.Ordinal))
            .ToDictionary();
        var spec = new ProcessSpec(program, [], environment, folder.Path, ForkArguments: WorkerCommand.ForkArguments);

        var refused = await Assert.ThrowsAsync<ForkServerException>(() => ForkServer.StartAsync(spec));

        Assert.Contains("threads where one is due", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_can_be_forked_each_worker_is_started()
    {
        await using var executor = await StartAsync("export default () => process.ppid;", "none");
        using var servers = new ForkServers(TimeProvider.System, executor.Services.GetRequiredService<ILogger<ForkServers>>());
        var spec = new ProcessSpec("/bin/true", [], new Dictionary<string, string>(), "/", ForkArguments: ["x"]);

        Assert.Null(await servers.FindAsync(spec));

        Assert.Single(executor.Logs.GetSnapshot(), record => record.Message.StartsWith("No process can be forked", StringComparison.Ordinal));
        var launcher = new ToolRuntime.Executor.Processes.Posix.PosixProcessLauncher(SandboxMode.None, servers);
        using var process = await launcher.StartAsync(spec);
        Assert.Equal(0, (await process.Exited.WaitAsync(Cancellation)).Code);
    }

    private static Task<TestExecutor> StartAsync(string source, string sandbox, params (string Name, string Value)[] settings) =>
        TestExecutor.StartAsync(source, [("Executor:Sandbox", sandbox), .. settings]);

    private static async Task<JsonElement> ResultAsync(TestExecutor executor, string input = "null")
    {
        var response = await executor.ExecuteAsync(input);
        Assert.Null(response.Error);
        return JsonDocument.Parse(response.Result.Memory).RootElement;
    }

    private static void Kill(int pid) => System.Diagnostics.Process.GetProcessById(pid).Kill();
}
