using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Tools;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Tools;

public sealed class ToolSettingsTests
{
    [Fact]
    public async Task A_tool_that_declares_nothing_has_the_executors_settings()
    {
        await using var executor = await TestExecutor.StartAsync(
            "export default () => 1;",
            ("Executor:Isolation", "Reused"), ("Executor:Timeout", "00:00:07"), ("Executor:CpuTime", "00:00:05"),
            ("Executor:AddressSpaceBytes", "500000000"), ("Executor:OpenFiles", "64"), ("Executor:MaxInputBytes", "100"),
            ("Executor:MaxResultBytes", "200"), ("Executor:MaxPrintedBytes", "300"), ("Executor:MaxConcurrencyPerTool", "3"));

        Assert.Equivalent(
            new ToolSettings(
                Isolation.Reused, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(5), 500_000_000, 64, 100, 200, 300, 3,
                Network: false, ChildProcesses: false, ReadablePaths: [], WritablePaths: []),
            SettingsOf(executor), strict: true);
    }

    [Fact]
    public async Task The_executors_own_defaults_are_as_documented()
    {
        await using var executor = await TestExecutor.StartAsync("export default () => 1;");

        Assert.Equivalent(
            new ToolSettings(
                Isolation.PerCall, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), 1_000_000_000, 256, 10_000_000, 10_000_000,
                1_000_000, 64, Network: false, ChildProcesses: false, ReadablePaths: [], WritablePaths: []),
            SettingsOf(executor), strict: true);
    }

    [Fact]
    public async Task A_tool_declares_its_settings_in_defineTool()
    {
        await using var executor = await TestExecutor.StartAsync([("deep/tool.ts", Tool("""
            isolation: "Reused", timeoutMs: 1500, network: true, childProcesses: true,
            limits: {
              cpuMs: 2500, addressSpaceBytes: 600_000_000, openFiles: 99, inputBytes: 1, resultBytes: 2, printedBytes: 0, concurrency: 4,
            },
            readPaths: ["data", "../shared.json", "/etc/hosts"], writePaths: ["./out/"],
            """))]);

        var root = executor.Folder.File("tools");
        Assert.Equivalent(
            new ToolSettings(
                Isolation.Reused, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2.5), 600_000_000, 99, 1, 2, 0, 4,
                Network: true, ChildProcesses: true,
                ReadablePaths: [$"{root}/deep/data", $"{root}/shared.json", "/etc/hosts"], WritablePaths: [$"{root}/deep/out/"]),
            SettingsOf(executor), strict: true);
    }

    [Fact]
    public async Task No_limit_is_above_the_executors_own()
    {
        await using var executor = await TestExecutor.StartAsync(
            [
                ("declared.ts", Tool("""
                    timeoutMs: 1e9, limits: {
                      cpuMs: 1e9, addressSpaceBytes: 1e15, openFiles: 1e9, inputBytes: 1e12, resultBytes: 1e12, printedBytes: 1e12, concurrency: 1e12,
                    },
                    """)),
                ("ruled.ts", Tool("")), ("plain.ts", "export default () => 1;"),
            ],
            ("Tools:Rules:ruled:Timeout", "1.00:00:00"), ("Tools:Rules:ruled:CpuTime", "1.00:00:00"),
            ("Tools:Rules:ruled:AddressSpaceBytes", "1000000000000"), ("Tools:Rules:ruled:OpenFiles", "100000"),
            ("Tools:Rules:ruled:MaxInputBytes", "2000000000"), ("Tools:Rules:ruled:MaxResultBytes", "2000000000"),
            ("Tools:Rules:ruled:MaxPrintedBytes", "2000000000"), ("Tools:Rules:ruled:MaxConcurrency", "100000"));

        Assert.Equivalent(SettingsOf(executor, "plain"), SettingsOf(executor, "declared"), strict: true);
        Assert.Equivalent(SettingsOf(executor, "plain"), SettingsOf(executor, "ruled"), strict: true);
    }

    [Fact]
    public async Task Rules_give_what_a_tool_does_not_declare_and_the_more_specific_comes_first()
    {
        await using var executor = await TestExecutor.StartAsync(
            [
                ("text/stats.ts", Tool("timeoutMs: 1000,")), ("text/deep/er.ts", Tool("")), ("texture.ts", Tool("readPaths: [],")),
            ],
            ("Tools:Rules:*:Timeout", "00:00:10"), ("Tools:Rules:*:Network", "true"), ("Tools:Rules:*:OpenFiles", "50"),
            ("Tools:Rules:*:ReadablePaths:0", "shared"), ("Tools:Rules:*:WritablePaths:0", "/var/lib/x"),
            ("Tools:Rules:text/*:Isolation", "Reused"), ("Tools:Rules:text/*:Network", "false"), ("Tools:Rules:text/*:OpenFiles", "60"),
            ("Tools:Rules:text/stats:OpenFiles", "70"), ("Tools:Rules:*/stats:OpenFiles", "80"), ("Tools:Rules:text/stats:Timeout", "00:00:30"));

        var (stats, deeper, texture) = (SettingsOf(executor, "text/stats"), SettingsOf(executor, "text/deep/er"), SettingsOf(executor, "texture"));
        Assert.Equal((TimeSpan.FromSeconds(1), 70, false, Isolation.Reused), (stats.Timeout, stats.OpenFiles, stats.Network, stats.Isolation));
        Assert.Equal((TimeSpan.FromSeconds(10), 60, false, Isolation.Reused), (deeper.Timeout, deeper.OpenFiles, deeper.Network, deeper.Isolation));
        Assert.Equal((TimeSpan.FromSeconds(10), 50, true, Isolation.PerCall), (texture.Timeout, texture.OpenFiles, texture.Network, texture.Isolation));
        Assert.Equal([executor.Folder.File("tools/shared")], deeper.ReadablePaths);
        Assert.Equal(["/var/lib/x"], deeper.WritablePaths);
        Assert.Empty(texture.ReadablePaths);
    }

    [Theory]
    [InlineData("isolation: 'percall'", "isolation must be one of PerCall, Reused")]
    [InlineData("isolation: 1", "isolation must be one of")]
    [InlineData("timeoutMs: 0", "timeoutMs must be at least 1")]
    [InlineData("timeoutMs: '5s'", "timeoutMs must be a whole number")]
    [InlineData("timeoutMs: NaN", "timeoutMs must be a whole number")]
    [InlineData("timeoutMs: 5n", "timeoutMs must be a whole number")]
    [InlineData("timeoutMs: 1.5", "timeoutMs must be a whole number")]
    [InlineData("limits: 5", "limits must be an object")]
    [InlineData("limits: { cpuMs: -1 }", "limits.cpuMs must be at least 1")]
    [InlineData("limits: { addressSpaceBytes: 1000 }", "limits.addressSpaceBytes must be at least")]
    [InlineData("limits: { openFiles: null }", "limits.openFiles must be a whole number")]
    [InlineData("limits: { printedBytes: -1 }", "limits.printedBytes must be at least 0")]
    [InlineData("limits: { cpuSeconds: 1 }", "limits.cpuSeconds is no limit")]
    [InlineData("network: 'yes'", "network must be true or false")]
    [InlineData("childProcesses: () => true", "childProcesses must be true or false")]
    [InlineData("readPaths: 'data'", "readPaths must be a list of strings")]
    [InlineData("writePaths: ['out', 1]", "writePaths must be a list of strings")]
    [InlineData("writePaths: ['']", "writePaths must be paths")]
    [InlineData("run: 5", "run must be a function")]
    [InlineData("description: undefined", "description must be a string")]
    public async Task A_declaration_that_is_not_valid_is_the_tools_error(string declaration, string reason)
    {
        await using var executor = await TestExecutor.StartAsync([("bad.ts", Tool(declaration)), ("good.ts", Tool(""))]);

        Assert.Contains(reason, executor.Catalog.Find("bad")!.LoadError, StringComparison.Ordinal);
        Assert.False(executor.Catalog.Find("bad")!.CanRun);
        Assert.Empty(executor.Catalog.Find("good")!.LoadError);
    }

    [Fact]
    public async Task An_entrypoints_tools_have_settings_each()
    {
        await using var executor = await TestExecutor.StartAsync([("index.ts", """
            import { defineTool } from "@toolruntime/sdk";
            const run = () => 1;
            export const one = defineTool({ description: "", run, timeoutMs: 1000 });
            export const two = defineTool({ description: "", run, timeoutMs: -1 });
            export const three = run;
            """)]);

        Assert.Equal(TimeSpan.FromSeconds(1), SettingsOf(executor, "one").Timeout);
        Assert.Contains("timeoutMs", executor.Catalog.Find("two")!.LoadError, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(60), SettingsOf(executor, "three").Timeout);
    }

    [Fact]
    public async Task Changed_settings_are_a_new_version()
    {
        await using var executor = await TestExecutor.StartAsync(Tool("network: false,"));
        var retired = new List<string>();
        executor.Catalog.Retired += tools => retired.AddRange(tools.Select(tool => $"{tool.Id} {tool.Settings!.Network}"));

        executor.Folder.Write("tools/tool.ts", Tool("network: true,"));
        await Eventually.True(() => SettingsOf(executor).Network, "the new settings");
        executor.Folder.Write("tools/tool.ts", Tool("network: 1,"));
        await Eventually.True(() => executor.Tools[0].LoadError.Length > 0, "the refusal");

        Assert.Contains("network must be", executor.Tools[0].LoadError, StringComparison.Ordinal);
        Assert.True(executor.Tools[0].CanRun && SettingsOf(executor).Network);
        Assert.Equal(["tool False"], retired);
    }

    [Theory]
    [InlineData("Tools:Rules:text/*:OpenFiles", "-1", "Tools:Rules:text/*:OpenFiles must be at least")]
    [InlineData("Tools:Rules:text/*:Timeout", "00:00:00", "Tools:Rules:text/*:Timeout must be at least 1")]
    [InlineData("Tools:Rules:text/*:Isolation", "7", "Tools:Rules:text/*:Isolation is no isolation")]
    [InlineData("Tools:Rules:a b:OpenFiles", "100", "Tools:Rules:a b is no pattern")]
    [InlineData("Tools:Rules:*:Network", "perhaps", "Tools:Rules:*:Network")]
    [InlineData("Tools:Rules:*:Netwrok", "true", "Netwrok")]
    [InlineData("Executor:CpuTime", "-00:00:01", "CpuTime")]
    public async Task Rules_and_limits_that_cannot_hold_are_refused_at_start(string name, string value, string reason)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(
            async () => await TestExecutor.StartAsync("export default () => 1;", (name, value)));

        Assert.True(exception is OptionsValidationException or InvalidOperationException, exception.ToString());
        Assert.Contains(reason, exception.ToString(), StringComparison.Ordinal);
    }

    private static ToolSettings SettingsOf(TestExecutor executor, string? id = null) =>
        (id is null ? Assert.Single(executor.Tools) : executor.Catalog.Find(id)!).Settings!;

    private static string Tool(string declaration) =>
        $$"""
        import { defineTool } from "@toolruntime/sdk";
        export default defineTool({ description: "", run: () => 1, {{declaration}} });
        """;
}
