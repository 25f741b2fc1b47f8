using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Workers;

public sealed class WorkerProgramTests
{
    private static readonly (string, string) NoPool = ("Executor:Pool:Size", "0");

    [Fact]
    public async Task A_program_that_is_taken_away_is_compiled_again()
    {
        using var cache = new TemporaryFolder();
        await using var executor = await TestExecutor.StartAsync("export default () => 1;", ("Executor:CachePath", cache.Path), NoPool);
        Directory.Delete(cache.File("workers"), recursive: true);

        var response = await executor.ExecuteAsync();

        Assert.Equal(Outcome.Success, response.Outcome);
        Assert.Single(Directory.GetFiles(cache.File("workers")));
    }

    [Fact]
    public async Task What_a_tool_finds_as_its_own_program_is_Bun()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { fork } from "node:child_process";
            export default () => new Promise((resolve, reject) => fork("child.js").once("message", resolve).once("error", reject));
            """);
        executor.Folder.Write("tools/child.js", "process.send(process.versions.bun);");

        var response = await executor.ExecuteAsync();

        Assert.Equal("\"1.4.5\"", response.Result.ToStringUtf8());
    }
}
