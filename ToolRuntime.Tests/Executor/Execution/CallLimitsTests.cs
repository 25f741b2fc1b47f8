using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Execution;

/// <summary>Each limit of a call, hit for real: as the tool declares it, and as the executor caps it.</summary>
public sealed class CallLimitsTests
{
    private const string OpensFiles = "const open = []; for (;;) open.push(require('node:fs').openSync('/dev/null'));";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A limit as a tool declares it, as the executor has it, what hits it, and how the call ends.</summary>
    public static TheoryData<string, string, string, string, string, string> Limits => new()
    {
        {
            "timeoutMs: 300", "Executor:Timeout=00:00:00.300", "for (;;) {}",
            "Timeout", "DeadlineExceeded", "The deadline passed: the tool did not answer within 0.3 s."
        },
        {
            "limits: { cpuMs: 1000 }", "Executor:CpuTime=00:00:01", "for (;;) {}",
            "Wait", "CpuLimitExceeded", "The process used more CPU time than its limit of 1 s."
        },
        {
            "limits: { addressSpaceBytes: 700_000_000 }", "Executor:AddressSpaceBytes=700000000", "new Uint8Array(800_000_000);",
            "Wait", "AddressSpaceLimitExceeded",
            "The process needed more address space than its limit of 700000000 bytes: Out of memory"
        },
        {
            "limits: { openFiles: 64 }", "Executor:OpenFiles=64", OpensFiles,
            "Wait", "OpenFilesLimitExceeded",
            "The process needed more open files than its limit of 64: EMFILE: too many open files, open '/dev/null'"
        },
        {
            "limits: { resultBytes: 10 }", "Executor:MaxResultBytes=10", "return '1234567890';",
            "Stdout", "OutputLimitExceeded", "The result has 12 bytes; the limit is 10."
        },
    };

    /// <summary>Each of <see cref="Limits"/> in each sandbox.</summary>
    public static TheoryData<string, string, string, string, string, string> DeclaredLimits
    {
        get
        {
            var all = new TheoryData<string, string, string, string, string, string>();
            foreach (var (declared, _, body, kind, type, message) in Limits.Select(row => row.Data))
            {
                all.Add("landlock", declared, body, kind, type, message);
                all.Add("strict", declared, body, kind, type, message);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(DeclaredLimits))]
    public async Task A_limit_that_a_tool_declares_ends_its_call_with_an_error_of_its_own(
        string sandbox, string declared, string body, string kind, string type, string message)
    {
        SandboxUnderTest.SkipUnlessAvailable(sandbox);
        await using var executor = await TestExecutor.StartAsync(Tool(body, declared), ("Executor:Sandbox", sandbox));

        AssertFailed(await executor.ExecuteAsync(), kind, type, message);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task A_limit_of_the_executors_own_ends_any_call_with_an_error_of_its_own(
        string declared, string setting, string body, string kind, string type, string message)
    {
        Assert.NotEmpty(declared);
        var (name, value) = (setting.Split('=')[0], setting.Split('=')[1]);
        await using var executor = await TestExecutor.StartAsync(Tool(body), ("Executor:Sandbox", "landlock"), (name, value));

        AssertFailed(await executor.ExecuteAsync(), kind, type, message);
    }

    [Theory]
    [InlineData("limits: { inputBytes: 10 }", null)]
    [InlineData("", "10")]
    public async Task An_input_or_a_config_over_the_limit_reaches_no_tool(string declared, string? most)
    {
        await using var executor = await TestExecutor.StartAsync(
            Tool("return 1;", declared), ("Executor:MaxInputBytes", most ?? "1000"));
        var large = Google.Protobuf.ByteString.CopyFromUtf8("\"123456789\"");

        var input = await RefusedAsync(new ExecuteToolRequest { ToolId = "tool", Input = large });
        var config = await RefusedAsync(new ExecuteToolRequest { ToolId = "tool", Config = large });

        Assert.Equal(("input", "The input has 11 bytes; the limit is 10."), (input.Violations.Single().Field, input.Message));
        Assert.Equal(("config", "The config has 11 bytes; the limit is 10."), (config.Violations.Single().Field, config.Message));
        await executor.Metrics.Are();

        Task<InvalidCallException> RefusedAsync(ExecuteToolRequest request) =>
            Assert.ThrowsAsync<InvalidCallException>(() => executor.ExecuteAsync(request, Cancellation));
    }

    [Theory]
    [InlineData("limits: { printedBytes: 100 }", null)]
    [InlineData("", "100")]
    public async Task More_printed_than_the_limit_is_discarded_and_told_with_its_value(string declared, string? most)
    {
        await using var executor = await TestExecutor.StartAsync(
            Tool("for (let i = 0; i < 50; i++) console.log('0123456789'); return 1;", declared),
            ("Executor:MaxPrintedBytes", most ?? "1000000"));

        Assert.Equal(Outcome.Success, (await executor.ExecuteAsync()).Outcome);

        var printed = executor.Logs.GetSnapshot().Where(record => record.Category == "ToolRuntime.Tool").ToArray();
        Assert.Equal(10, printed.Count(record => record.Message == "0123456789"));
        Assert.Single(printed, record => record.Message.StartsWith("tool printed more than 100 bytes", StringComparison.Ordinal));
        Assert.Equal(1, executor.Metrics.Series["runtime_tool_errors_total{tool_id=tool,error_kind=stderr}"]);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("landlock")]
    [InlineData("strict")]
    public async Task Address_space_is_told_in_every_way_that_it_runs_out(string sandbox)
    {
        SandboxUnderTest.SkipUnlessAvailable(sandbox);
        await using var executor = await TestExecutor.StartAsync(
            [
                ("native.ts", Tool("const text = 'x'.repeat(900_000_000); return text.charCodeAt(5);")),
                ("growing.ts", Tool("const kept: Uint8Array[] = []; for (;;) kept.push(new Uint8Array(10_000_000).fill(1));")),
                ("doubling.ts", Tool("const list: number[] = []; for (let i = 0; ; i++) list.push(i);")),
                // Bun aborts here instead of throwing.
                ("aborts.ts", Tool("const kept: Blob[] = []; for (;;) kept.push(new Blob(['x'.repeat(1_000_000)]));")),
            ],
            ("Executor:Sandbox", sandbox));

        foreach (var tool in new[] { "native", "growing", "doubling", "aborts" })
        {
            var response = await executor.ExecuteAsync(TestExecutor.Request(toolId: tool), Cancellation);

            Assert.True(response.Error?.Type == "AddressSpaceLimitExceeded", $"{tool}: {response}");
            Assert.Contains("limit of 1000000000 bytes", response.Error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_crash_of_the_engine_is_told_by_how_much_the_process_had()
    {
        await using var executor = await TestExecutor.StartAsync(
            Tool("const kept: string[] = []; for (;;) kept.push(String(Math.random()) + 'x'.repeat(1000));"));

        // It is told where the process could still be looked at while it reported its crash; which mostly it can.
        await Eventually.True(
            async () =>
            {
                var response = await executor.ExecuteAsync();
                Assert.Contains(response.Error.Type, new[] { "AddressSpaceLimitExceeded", "ProcessExited" });
                return response.Error.Type == "AddressSpaceLimitExceeded";
            },
            "a crash that is told",
            TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("throw new RangeError('Out of memory');", "RangeError")]
    [InlineData("throw new RangeError('no');", "RangeError")]
    [InlineData("const all = () => all() + 1; return all();", "RangeError")]
    [InlineData("process.kill(process.pid, 'SIGSEGV'); await new Promise(() => setInterval(() => {}, 1000));", "ProcessExited")]
    [InlineData("process.abort();", "ProcessExited")]
    public async Task What_is_not_certainly_for_want_of_address_space_is_not_told_so(string body, string type)
    {
        await using var executor = await TestExecutor.StartAsync(Tool(body));

        Assert.Equal(type, (await executor.ExecuteAsync()).Error.Type);
    }

    [Fact]
    public async Task What_the_engine_never_makes_is_no_matter_of_a_large_limit()
    {
        await using var executor = await TestExecutor.StartAsync(
            Tool("return 'x'.repeat(2 ** 31).length;"), ("Executor:AddressSpaceBytes", "100000000000"));

        var response = await executor.ExecuteAsync();

        Assert.Equal(("RangeError", "Out of memory"), (response.Error.Type, response.Error.Message));
    }

    [Fact]
    public async Task Files_that_Bun_itself_cannot_open_are_told_too()
    {
        await using var executor = await TestExecutor.StartAsync(
            Tool($$"""
                try { {{OpensFiles}} } catch {}
                await fetch("http://127.0.0.1:1/");
                """));

        var response = await executor.ExecuteAsync();

        Assert.Equal(
            ("OpenFilesLimitExceeded", "The process needed more open files than its limit of 256."),
            (response.Error.Type, response.Error.Message));
        Assert.Equal(1, response.Process.ExitCode);
    }

    [Theory]
    [InlineData("landlock")]
    [InlineData("strict")]
    public async Task A_child_process_that_is_refused_is_told_to_be_undeclared(string sandbox)
    {
        SandboxUnderTest.SkipUnlessAvailable(sandbox);
        await using var executor = await TestExecutor.StartAsync(
            [
                ("spawn.ts", Tool("const child = Bun.spawn([process.execPath, '--version']); return await child.exited;")),
                ("sync.ts", Tool("const { error } = require('node:child_process').spawnSync(process.execPath, ['--version']); throw error;")),
                ("exec.ts", Tool("return require('node:child_process').execFileSync(process.execPath, ['--version']);")),
                ("event.ts", Tool("return await new Promise((_, reject) => require('node:child_process').spawn(process.execPath).on('error', reject));")),
            ],
            ("Executor:Sandbox", sandbox));

        foreach (var tool in new[] { "spawn", "sync", "exec", "event" })
        {
            var response = await executor.ExecuteAsync(TestExecutor.Request(toolId: tool), Cancellation);

            Assert.True(response.Error?.Type == "ChildProcessNotAllowed", $"{tool}: {response}");
            Assert.StartsWith("The tool does not declare childProcesses", response.Error.Message, StringComparison.Ordinal);
        }
    }

    private static void AssertFailed(ExecuteToolResponse response, string kind, string type, string message)
    {
        Assert.Equal((kind, type, message), (response.Error?.Kind.ToString(), response.Error?.Type, response.Error?.Message));
        Assert.Equal(kind == "Timeout" ? Outcome.Timeout : Outcome.Error, response.Outcome);
    }

    private static string Tool(string body, string declared = "") =>
        $$"""
        import { defineTool } from "@toolruntime/sdk";
        export default defineTool({
          description: "",
          {{declared}}{{(declared.Length > 0 ? "," : "")}}
          async run() { {{body}} },
        });
        """;
}
