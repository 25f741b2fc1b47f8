using System.Net;
using System.Net.Sockets;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Execution;

/// <summary>Calls in the sandbox and within the limits that tools run in by default.</summary>
public sealed class SandboxedCallTests
{
    private const string Reads = "export default (path) => require('node:fs').readFileSync(path, 'utf8').length > 0;";

    [Theory]
    [InlineData("/etc/shadow")]
    [InlineData("/etc/passwd")]
    [InlineData("/proc/1/environ")]
    public async Task A_tool_cannot_read_outside(string path)
    {
        await using var executor = await StartAsync(Reads);

        var response = await executor.ExecuteAsync($"\"{path}\"");

        Assert.Equal(Outcome.Error, response.Outcome);
        Assert.Matches("EACCES|EPERM|ENOENT", response.Error.Message);
    }

    [Fact]
    public async Task A_tool_reads_what_lies_beside_it_and_what_it_declares()
    {
        using var other = new TemporaryFolder();
        var declared = other.Write("data.txt", "x");
        await using var executor = await TestExecutor.StartAsync(
            [
                ("tool.ts", Reads), ("beside.txt", "x"),
                ("declares.ts", $$"""
                    import { defineTool } from "@toolruntime/sdk";
                    export default defineTool<string>({
                      description: "", readPaths: ["{{other.Path}}"], run: (path) => require("node:fs").readFileSync(path, "utf8"),
                    });
                    """),
            ],
            ("Executor:Sandbox", "landlock"));

        Assert.Equal("true", (await executor.ExecuteAsync($"\"{executor.Folder.File("tools/beside.txt")}\"")).Result.ToStringUtf8());
        Assert.Equal(Outcome.Error, (await executor.ExecuteAsync($"\"{declared}\"")).Outcome);
        var response = await executor.ExecuteAsync(
            TestExecutor.Request($"\"{declared}\"", toolId: "declares"), TestContext.Current.CancellationToken);
        Assert.Equal("\"x\"", response.Result.ToStringUtf8());
    }

    [Fact]
    public async Task A_tool_writes_to_its_scratch_folder_only_and_nobody_sees_it_after()
    {
        await using var executor = await StartAsync(
            """
            import { existsSync, readdirSync, writeFileSync } from "node:fs";
            export default (path) => {
              const before = readdirSync(process.env.TMPDIR);
              writeFileSync(`${process.env.TMPDIR}/mine`, "x");
              try { writeFileSync(path, "x"); return "wrote"; } catch (error) { return [error.code, before, process.env.TMPDIR]; }
            };
            """);

        var first = await executor.ExecuteAsync($"\"{executor.Folder.File("tools/new.txt")}\"");
        var second = await executor.ExecuteAsync("\"/tmp/toolruntime-outside\"");

        Assert.StartsWith("[\"EACCES\",[],", first.Result.ToStringUtf8(), StringComparison.Ordinal);
        Assert.StartsWith("[\"EACCES\",[],", second.Result.ToStringUtf8(), StringComparison.Ordinal);
        Assert.NotEqual(first.Result, second.Result);
        var scratch = System.Text.Json.Nodes.JsonNode.Parse(first.Result.ToStringUtf8())![2]!.GetValue<string>();
        await Eventually.True(() => !Directory.Exists(scratch), "the scratch folder's removal");
    }

    [Fact]
    public async Task The_network_is_there_for_tools_that_declare_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        const string Connects =
            """
            (port) => new Promise((resolve) => {
              Bun.connect({ hostname: "127.0.0.1", port, socket: { open: () => resolve("open"), connectError: () => resolve("refused"), data() {} } })
                .catch(() => resolve("refused"));
            })
            """;
        await using var executor = await TestExecutor.StartAsync(
            [
                ("tool.ts", $"export default {Connects};"),
                ("online.ts", $$"""import { defineTool } from "@toolruntime/sdk"; export default defineTool<number>({ description: "", network: true, run: {{Connects}} });"""),
            ],
            ("Executor:Sandbox", "landlock"));

        Assert.Equal("\"refused\"", (await executor.ExecuteAsync($"{port}")).Result.ToStringUtf8());
        var online = await executor.ExecuteAsync(TestExecutor.Request($"{port}", toolId: "online"), TestContext.Current.CancellationToken);
        Assert.Equal("\"open\"", online.Result.ToStringUtf8());
    }

    [Fact]
    public async Task More_cpu_than_its_limit_ends_a_call_with_its_own_error()
    {
        await using var executor = await TestExecutor.StartAsync("export default () => { for (;;) {} };", ("Executor:CpuTime", "00:00:01"));

        var response = await executor.ExecuteAsync();

        Assert.Equal((ErrorKind.Wait, "CpuLimitExceeded"), (response.Error.Kind, response.Error.Type));
        Assert.Contains("limit of 1 s", response.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_span_says_which_sandbox_was_in_force()
    {
        using var spans = new RecordedSpans();
        await using var executor = await StartAsync("export default () => 1;");

        var response = await executor.ExecuteAsync();

        Assert.StartsWith("landlock", (string)spans.OfExecution(response.ExecutionId).GetTagItem("tool.sandbox")!, StringComparison.Ordinal);
    }

    private static Task<TestExecutor> StartAsync(string source) => TestExecutor.StartAsync(source, ("Executor:Sandbox", "landlock"));
}
