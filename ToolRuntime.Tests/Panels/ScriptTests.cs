namespace ToolRuntime.Tests.Panels;

/// <summary>What the page computes, by its own tests in Bun; and the check of the dashboard's JSON against Grafana's types.</summary>
public sealed class ScriptTests
{
    [Fact]
    public async Task The_scripts_own_tests_pass()
    {
        await using var bun = PanelsProcess.StartBun(["test"]);

        var exitCode = await bun.WaitForExitAsync();

        Assert.True(exitCode == 0, bun.Output);
        Assert.Contains("test/dashboard.test.ts", bun.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_has_the_types_of_Grafanas_schema()
    {
        await using var check = new RunningProcess("npm", ["run", "--silent", "check"], PanelsProcess.Folder);

        var exitCode = await check.WaitForExitAsync();

        Assert.True(exitCode == 0, check.Output);
    }
}
