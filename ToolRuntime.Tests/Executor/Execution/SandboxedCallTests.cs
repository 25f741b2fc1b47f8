using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Execution;

/// <summary>
/// Calls in each sandbox: what tools may not do is tried for real, and that they may once they declare it. Without a sandbox
/// all of it is allowed, which shows that it is the sandbox that forbids it.
/// </summary>
public sealed class SandboxedCallTests
{
    private const string None = "none";
    private const string Landlock = "landlock";
    private const string Strict = "strict";

    private const string Network = "network: true,";
    private const string ChildProcesses = "childProcesses: true,";

    /// <summary>Each sandbox, and whether what a tool does not declare is allowed in it.</summary>
    public static TheoryData<string, bool> Sandboxes => new() { { None, true }, { Landlock, false }, { Strict, false } };

    [Theory]
    [MemberData(nameof(Sandboxes))]
    public async Task A_tool_reads_nothing_outside(string sandbox, bool allowed)
    {
        using var outside = new TemporaryFolder();
        await using var executor = await StartAsync(sandbox, ("tool.ts", Tool()));

        foreach (var file in new[] { "/etc/passwd", "/etc/shadow", outside.Write("secret", "x"), executor.Folder.Write("scratch/other/file", "x"), $"/proc/{Environment.ProcessId}/environ" })
        {
            Assert.Equal(allowed, await TryAsync(executor, $"fs.readFileSync('{file}')"));
        }

        foreach (var folder in new[] { "/root", "/var", outside.Path, $"/proc/{Environment.ProcessId}/fd" })
        {
            Assert.Equal(allowed, await TryAsync(executor, $"if (fs.readdirSync('{folder}').length === 0) throw 'empty'"));
        }
    }

    [Theory]
    [InlineData(Landlock, true)]
    [InlineData(Strict, false)]
    public async Task Of_the_tools_folder_a_tool_sees_all_and_in_strict_its_own(string sandbox, bool seesOthers)
    {
        await using var executor = await StartAsync(
            sandbox, ("own/tool.ts", Tool()), ("own/deep/data.txt", "x"), ("other/tool.ts", Tool(Network)), ("other/data.txt", "x"), ("data.txt", "x"));
        var root = executor.Folder.File("tools");
        var bundles = executor.Folder.File("cache/bundles");

        Assert.True(await TryAsync(executor, $"fs.readFileSync('{root}/own/deep/data.txt')", tool: "own/tool"));
        Assert.True(await TryAsync(executor, "fs.readFileSync('own/deep/data.txt')", tool: "own/tool"));
        Assert.Equal(seesOthers, await TryAsync(executor, $"fs.readFileSync('{root}/other/data.txt')", tool: "own/tool"));
        Assert.Equal(seesOthers, await TryAsync(executor, $"fs.readFileSync('{root}/data.txt')", tool: "own/tool"));
        Assert.Equal(seesOthers, await TryAsync(executor, "fs.readFileSync('other/tool.ts')", tool: "own/tool"));
        Assert.Equal(seesOthers ? "3" : "1", await SayAsync(executor, "return fs.readdirSync('.').length", "own/tool"));
        Assert.Equal(seesOthers ? "2" : "1", await SayAsync(executor, $"return fs.readdirSync('{bundles}').length", "own/tool"));
        Assert.Equal($"\"{root}\"", await SayAsync(executor, "return process.cwd()", "own/tool"));
    }

    [Theory]
    [InlineData(None)]
    [InlineData(Landlock)]
    [InlineData(Strict)]
    public async Task A_module_reads_what_lies_beside_it_while_it_loads(string sandbox)
    {
        await using var executor = await StartAsync(
            sandbox,
            ("deep/tool.ts", "const data = require('node:fs').readFileSync('deep/data.txt', 'utf8'); export default () => data;"),
            ("deep/data.txt", "x"));

        var response = await executor.ExecuteAsync(TestExecutor.Request(toolId: "deep/tool"), TestContext.Current.CancellationToken);

        Assert.Equal("\"x\"", response.Result.ToStringUtf8());
    }

    [Theory]
    [MemberData(nameof(Sandboxes))]
    public async Task A_tool_writes_nothing_outside(string sandbox, bool allowed)
    {
        using var outside = new TemporaryFolder();
        await using var executor = await StartAsync(sandbox, ("tool.ts", Tool()), ("data.txt", "x"));
        var root = executor.Folder.File("tools");
        var temporary = $"/tmp/toolruntime-{Guid.NewGuid()}";

        foreach (var file in new[] { $"{root}/new.txt", $"{outside.Path}/new.txt", temporary })
        {
            await TryAsync(executor, $"fs.writeFileSync('{file}', 'x')");
            Assert.Equal(allowed, File.Exists(file));
        }

        Assert.Equal(allowed, await TryAsync(executor, $"fs.appendFileSync('{root}/data.txt', 'x')"));
        Assert.Equal(allowed, await TryAsync(executor, $"fs.rmSync('{root}/data.txt')"));
        File.Delete(temporary);
    }

    [Theory]
    [InlineData(None)]
    [InlineData(Landlock)]
    [InlineData(Strict)]
    public async Task Each_call_has_a_scratch_folder_of_its_own_that_nobody_sees_after(string sandbox)
    {
        await using var executor = await StartAsync(sandbox, ("tool.ts", Tool()));
        const string Scratch = """
            const before = fs.readdirSync(process.env.TMPDIR).length;
            fs.mkdirSync(`${process.env.TMPDIR}/folder`);
            fs.writeFileSync(`${process.env.TMPDIR}/folder/mine`, "x");
            return [before, fs.readFileSync(`${process.env.TMPDIR}/folder/mine`, "utf8"), os.tmpdir() === process.env.TMPDIR, process.env.TMPDIR];
            """;

        var first = JsonNode.Parse(await SayAsync(executor, Scratch))!.AsArray();
        var second = JsonNode.Parse(await SayAsync(executor, Scratch))!.AsArray();

        foreach (var call in new[] { first, second })
        {
            Assert.Equal("""[0,"x",true]""", $"[{string.Join(',', call.Take(3).Select(value => value!.ToJsonString()))}]");
            var folder = call[3]!.GetValue<string>();
            Assert.StartsWith(executor.Folder.File("scratch"), folder, StringComparison.Ordinal);
            await Eventually.True(() => !Directory.Exists(folder), "the scratch folder's removal");
        }

        Assert.NotEqual(first[3]!.GetValue<string>(), second[3]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Sandboxes))]
    public async Task The_network_is_there_for_tools_that_declare_it(string sandbox, bool allowed)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await using var executor = await StartAsync(sandbox, ("tool.ts", Tool()), ("online.ts", Tool(Network)));
        var connects = $"await done(net.connect({Port(server.LocalEndpoint)}, '127.0.0.1'), 'connect')";
        var listens = "await done(net.createServer().listen(0, '127.0.0.1'), 'listening')";
        var serves = "Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })";
        var sends = $$"""
            const socket = dgram.createSocket("udp4");
            await new Promise((resolve, reject) => {
              socket.once("error", reject);
              socket.send("here", {{Port(receiver.Client.LocalEndPoint!)}}, "127.0.0.1", (error) => error ? reject(error) : resolve());
            });
            """;

        foreach (var code in new[] { connects, listens, serves })
        {
            Assert.Equal(allowed, await TryAsync(executor, code));
            Assert.True(await TryAsync(executor, code, tool: "online"));
        }

        var holdsUdp = executor.Sandbox.HoldsUdp;
        Assert.Equal(!holdsUdp, await SendsAsync("tool"));
        Assert.True(await SendsAsync("online"));

        async Task<bool> SendsAsync(string tool)
        {
            await TryAsync(executor, sends, tool: tool);
            var arrived = receiver.Available > 0;
            if (arrived)
            {
                await receiver.ReceiveAsync(TestContext.Current.CancellationToken);
            }

            return arrived;
        }
    }

    [Theory]
    [MemberData(nameof(Sandboxes))]
    public async Task A_tool_cannot_signal_another_process(string sandbox, bool allowed)
    {
        await using var executor = await StartAsync(sandbox, ("tool.ts", Tool()));
        Assert.SkipUnless(allowed || executor.Sandbox.HoldsSignals, "Signals are not held here.");

        Assert.Equal(allowed, await TryAsync(executor, $"process.kill({Environment.ProcessId}, 0)"));
    }

    [Theory]
    [MemberData(nameof(Sandboxes))]
    public async Task Child_processes_are_there_for_tools_that_declare_them(string sandbox, bool allowed)
    {
        await using var executor = await StartAsync(sandbox, ("tool.ts", Tool()), ("starts.ts", Tool(ChildProcesses)));
        const string Shell = """
            const { error, stdout } = child_process.spawnSync("/bin/sh", ["-c", "echo from a shell"], { encoding: "utf8" });
            if (error) throw error;
            if (stdout !== "from a shell\n") throw stdout;
            """;
        const string Again = """
            if (Bun.spawnSync([process.execPath, "-e", "console.log(1)"]).stdout.toString() !== "1\n") throw "nothing";
            """;

        Assert.Equal(allowed, await TryAsync(executor, Shell));
        Assert.Equal(allowed || !executor.Sandbox.HoldsChildProcesses, await TryAsync(executor, Again));
        Assert.True(await TryAsync(executor, Shell, tool: "starts"));
        Assert.True(await TryAsync(executor, Again, tool: "starts"));
    }

    [Theory]
    [InlineData(Landlock)]
    [InlineData(Strict)]
    public async Task What_a_tool_declares_opens_that_and_nothing_else(string sandbox)
    {
        using var other = new TemporaryFolder();
        other.Write("read/data.txt", "x");
        other.Write("write/data.txt", "x");
        other.Write("secret.txt", "x");
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var executor = await StartAsync(
            sandbox,
            ("tool.ts", Tool()),
            ("paths.ts", Tool($"readPaths: ['{other.Path}/read'], writePaths: ['{other.Path}/write'],")),
            ("online.ts", Tool(Network)),
            ("starts.ts", Tool(ChildProcesses)));
        var connects = $"await done(net.connect({Port(server.LocalEndpoint)}, '127.0.0.1'), 'connect')";
        const string Starts = "const { error } = child_process.spawnSync('/bin/true'); if (error) throw error;";

        Assert.True(await TryAsync(executor, $"fs.readFileSync('{other.Path}/read/data.txt')", tool: "paths"));
        Assert.False(await TryAsync(executor, $"fs.writeFileSync('{other.Path}/read/data.txt', 'y')", tool: "paths"));
        Assert.True(await TryAsync(executor, $"fs.writeFileSync('{other.Path}/write/data.txt', 'y')", tool: "paths"));
        Assert.Equal("y", await File.ReadAllTextAsync(other.File("write/data.txt"), TestContext.Current.CancellationToken));
        Assert.False(await TryAsync(executor, $"fs.readFileSync('{other.Path}/secret.txt')", tool: "paths"));
        Assert.False(await TryAsync(executor, $"fs.readFileSync('{other.Path}/read/data.txt')"));
        foreach (var tool in new[] { "online", "starts" })
        {
            Assert.False(await TryAsync(executor, $"fs.readFileSync('{other.Path}/read/data.txt')", tool: tool));
            Assert.False(await TryAsync(executor, $"fs.writeFileSync('{executor.Folder.Path}/tools/new.txt', 'x')", tool: tool));
            Assert.False(await TryAsync(executor, "fs.readFileSync('/etc/shadow')", tool: tool));
        }

        foreach (var (tool, network, childProcesses) in new[] { ("paths", false, false), ("online", true, false), ("starts", false, true) })
        {
            Assert.Equal(network, await TryAsync(executor, connects, tool: tool));
            Assert.Equal(childProcesses, await TryAsync(executor, Starts, tool: tool));
        }
    }

    [Fact]
    public async Task In_strict_a_process_that_leaves_its_tools_group_ends_with_the_call()
    {
        await using var executor = await StartAsync(Strict, ("tool.ts", Tool(ChildProcesses)));
        var marker = $"{600 + Random.Shared.NextDouble()}";

        var started = await TryAsync(executor, $$"""
            child_process.spawn("/usr/bin/setsid", ["/bin/sleep", "{{marker}}"], { detached: true, stdio: "ignore" }).unref();
            const sleeps = () => fs.readdirSync("/proc").some((id) => {
              try { return fs.readFileSync(`/proc/${id}/cmdline`, "utf8").startsWith("/bin/sleep"); } catch { return false; }
            });
            while (!sleeps()) await Bun.sleep(5);
            """);

        Assert.True(started);
        await Eventually.True(() => !IsRunning(marker), "the stray's end");
    }

    [Theory]
    [InlineData(None)]
    [InlineData(Landlock)]
    [InlineData(Strict)]
    public async Task Calls_end_alike_in_every_sandbox(string sandbox)
    {
        await using var executor = await StartAsync(
            sandbox,
            ("tool.ts", """
                export default (how) => {
                  if (how === "throw") throw new RangeError("no");
                  if (how === "exit") process.exit(137);
                  if (how === "kill") process.kill(process.pid, "SIGKILL");
                  if (how === "spin") for (;;) {}
                  console.log("printed");
                  return [how];
                };
                """));

        Assert.Equal("[\"return\"]", (await executor.ExecuteAsync("\"return\"")).Result.ToStringUtf8());
        Assert.Equal("RangeError", (await executor.ExecuteAsync("\"throw\"")).Error.Type);
        Assert.Equal(137, (await executor.ExecuteAsync("\"exit\"")).Process.ExitCode);
        Assert.Equal("SIGKILL", (await executor.ExecuteAsync("\"kill\"")).Process.Signal);
        Assert.Equal(Outcome.Timeout, (await executor.ExecuteAsync("\"spin\"", TimeSpan.FromMilliseconds(500))).Outcome);
        Assert.Single(executor.Logs.GetSnapshot(), record => record.Message == "printed");
        await executor.Metrics.Are(
            "runtime_bun_process_exits_total{status=exit,code=0,signal=} 2",
            "runtime_bun_process_exits_total{status=exit,code=137,signal=} 1",
            "runtime_bun_process_exits_total{status=signal,code=137,signal=SIGKILL} 1",
            "runtime_bun_process_exits_total{status=signal,code=143,signal=SIGTERM} 1",
            "runtime_tool_errors_total{tool_id=tool,error_kind=timeout} 1",
            "runtime_tool_errors_total{tool_id=tool,error_kind=wait} 3",
            "runtime_tool_execute_seconds{tool_id=tool,outcome=error} 3",
            "runtime_tool_execute_seconds{tool_id=tool,outcome=success} 1",
            "runtime_tool_execute_seconds{tool_id=tool,outcome=timeout} 1",
            "runtime_tool_output_bytes{tool_id=tool} 1",
            "runtime_tool_timeouts_total{tool_id=tool} 1");
    }

    [Theory]
    [InlineData(Landlock, "landlock")]
    [InlineData(Strict, "strict (bubblewrap)")]
    public async Task The_span_says_which_sandbox_was_in_force(string sandbox, string said)
    {
        using var spans = new RecordedSpans();
        await using var executor = await StartAsync(sandbox, ("tool.ts", "export default () => 1;"));

        var response = await executor.ExecuteAsync();

        Assert.StartsWith(said, (string)spans.OfExecution(response.ExecutionId).GetTagItem("tool.sandbox")!, StringComparison.Ordinal);
    }

    private static Task<TestExecutor> StartAsync(string sandbox, params (string File, string Source)[] files)
    {
        SandboxUnderTest.SkipUnlessAvailable(sandbox);
        return TestExecutor.StartAsync(files, ("Executor:Sandbox", sandbox));
    }

    // A tool that does what its input says.
    private static string Tool(string declared = "") =>
        $$"""
        import { defineTool } from "@toolruntime/sdk";
        import * as fs from "node:fs";
        import * as net from "node:net";
        import * as os from "node:os";
        import * as dgram from "node:dgram";
        import * as child_process from "node:child_process";
        const done = (emitter: any, event: string) => new Promise((resolve, reject) => emitter.once(event, resolve).once("error", reject));
        const parts = { fs, net, os, dgram, child_process, done };
        export default defineTool<string>({
          description: "", {{declared}}
          run: (code) => new Function(...Object.keys(parts), `return (async () => { ${code} })()`)(...Object.values(parts)),
        });
        """;

    private static async Task<bool> TryAsync(TestExecutor executor, string code, string tool = "tool")
    {
        var response = await executor.ExecuteAsync(
            TestExecutor.Request(JsonSerializer.Serialize(code), TimeSpan.FromSeconds(20), tool), TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine($"{tool}: {code}\n  {response.Error?.Type} {response.Error?.Message}");
        Assert.NotEqual(Outcome.Timeout, response.Outcome);
        return response.Outcome == Outcome.Success;
    }

    private static async Task<string> SayAsync(TestExecutor executor, string code, string tool = "tool")
    {
        var response = await executor.ExecuteAsync(
            TestExecutor.Request(JsonSerializer.Serialize(code), toolId: tool), TestContext.Current.CancellationToken);
        Assert.True(response.Outcome == Outcome.Success, response.Error?.Message);
        return response.Result.ToStringUtf8();
    }

    private static bool IsRunning(string marker) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return File.ReadAllText($"{folder}/cmdline").Contains(marker, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private static string Port(EndPoint endpoint) => ((IPEndPoint)endpoint).Port.ToString(CultureInfo.InvariantCulture);
}
