using Google.Protobuf;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Execution;

/// <summary>What one call can see of another: nothing, unless their tool has them share a process.</summary>
public sealed class CallIsolationTests
{
    // Says what it finds, and leaves it behind.
    private const string Leaves = """
        import * as fs from "node:fs";
        import * as path from "node:path";
        const state = { module: false };
        export default (input, config, { executionId }) => {
          const file = path.join(process.env.TMPDIR, "left");
          const found = {
            module: state.module,
            global: "left" in globalThis,
            prototype: "left" in Array.prototype,
            builtin: "left" in path.posix,
            variable: "LEFT" in process.env,
            given: "GIVEN" in process.env,
            folder: process.cwd() === process.env.TMPDIR,
            file: fs.existsSync(file),
            listener: process.listenerCount("left") > 0,
          };
          state.module = true;
          globalThis.left = executionId;
          Array.prototype.left = executionId;
          path.posix.left = executionId;
          process.env.LEFT = executionId;
          process.chdir(process.env.TMPDIR);
          fs.writeFileSync(file, executionId);
          process.on("left", () => {});
          return Object.keys(found).filter((place) => found[place]).join(" ");
        };
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("none", "PerCall", "")]
    [InlineData("landlock", "PerCall", "")]
    [InlineData("strict", "PerCall", "")]
    [InlineData("none", "Reused", "module global prototype builtin variable folder file listener")]
    public async Task A_call_finds_what_another_left_only_where_they_share_a_process(string sandbox, string isolation, string found)
    {
        SandboxUnderTest.SkipUnlessAvailable(sandbox);
        await using var executor = await TestExecutor.StartAsync(
            [("tool.js", Leaves)],
            ("Executor:Sandbox", sandbox), ("Executor:Isolation", isolation), ("Executor:Pool:Size", "2"));
        var first = TestExecutor.Request();
        first.Environment["GIVEN"] = "secret";

        Assert.Equal("\"given\"", (await executor.ExecuteAsync(first, Cancellation)).Result.ToStringUtf8());
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal($"\"{found}\"", (await executor.ExecuteAsync()).Result.ToStringUtf8());
        }
    }

    [Theory]
    [InlineData("none", true)]
    [InlineData("landlock", false)]
    [InlineData("strict", false)]
    public async Task A_call_in_a_sandbox_does_not_reach_one_that_runs_beside_it(string sandbox, bool reaches)
    {
        SandboxUnderTest.SkipUnlessAvailable(sandbox);
        await using var executor = await TestExecutor.StartAsync(
            [
                ("runs.ts", """
                    import { writeFileSync } from "node:fs";
                    export default async () => {
                      writeFileSync(`${process.env.TMPDIR}/mine`, "x");
                      console.log(`runs in ${process.env.TMPDIR} as ${process.pid}`);
                      await new Promise(() => setInterval(() => {}, 1000));
                    };
                    """),
                ("looks.ts", """
                    import { readFileSync, writeFileSync } from "node:fs";
                    export default ([folder, pid]: [string, number]) =>
                      [
                        () => readFileSync(`${folder}/mine`),
                        () => writeFileSync(`${folder}/yours`, "x"),
                        () => readFileSync(`/proc/${pid}/environ`),
                        () => process.kill(pid, 0),
                      ].map((attempt) => { try { attempt(); return true; } catch { return false; } });
                    """),
            ],
            ("Executor:Sandbox", sandbox));
        using var caller = new CancellationTokenSource();
        var running = executor.ExecuteAsync(TestExecutor.Request(toolId: "runs"), caller.Token);
        await Eventually.True(() => Folder() is not null, "the other call's run");

        // In namespaces of its own a process knows another id of itself; a forked one has its variables elsewhere.
        var pid = ProcessTree.Of(Environment.ProcessId).FirstOrDefault(id => HasVariable(id, $"TMPDIR={Folder()}"), Printed()!.Value.Pid);

        var response = await executor.ExecuteAsync(
            new ExecuteToolRequest { ToolId = "looks", Input = ByteString.CopyFromUtf8($"[\"{Folder()}\",{pid}]") }, Cancellation);

        var reached = reaches ? "true" : "false";
        Assert.Equal($"[{reached},{reached},{reached},{reached}]", response.Result.ToStringUtf8());
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        string? Folder() => Printed()?.Folder;

        (string Folder, int Pid)? Printed() => executor.Logs.GetSnapshot()
            .Select(record => record.Message.Split(' '))
            .Where(words => words is ["runs", "in", _, "as", _])
            .Select(words => ((string, int)?)(words[2], int.Parse(words[4], System.Globalization.CultureInfo.InvariantCulture)))
            .FirstOrDefault();
    }

    private static bool HasVariable(int pid, string variable)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Split('\0').Contains(variable);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
