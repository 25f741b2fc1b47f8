using System.Diagnostics;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Bench.Scenarios;

/// <summary>A Bun process for each call, JSON on its stdin and stdout, the same tool.</summary>
internal sealed class ProcessPerCall(BunExecutable bun, string input) : IScenario
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "baselines", "process-per-call.ts");

    private readonly string _request = $$"""{"tool":"{{Path.Combine(AppContext.BaseDirectory, "tools", "echo.ts")}}","input":{{input}}}""";

    public Task PrepareAsync() => Task.CompletedTask;

    public async Task CallAsync()
    {
        using var process = Process.Start(new ProcessStartInfo(bun.Path, ["--smol", "run", Script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await process.StandardInput.WriteAsync(_request);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Answer.Check(output.TrimEnd() == input, output);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
