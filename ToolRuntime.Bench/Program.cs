using Microsoft.Extensions.Options;
using ToolRuntime.Bench;
using ToolRuntime.Bench.Scenarios;
using ToolRuntime.Executor;
using ToolRuntime.Executor.Workers;

var bun = new BunExecutable(Options.Create(new ExecutorOptions()));
var input = $"\"{new string('x', 98)}\"";

await using (var ours = await InExecutor.StartAsync(input, waitForFullPool: true))
await using (var other = new ProcessPerCall(bun, input))
{
    Report.Print("PerCall in the executor", "a process per call", await Comparison.RunAsync(ours, other, rounds: 60));
}

await using (var ours = await InExecutor.StartAsync(input, waitForFullPool: false, ("Executor:Isolation", "Reused")))
await using (var other = new RawPipe(bun, input))
{
    Report.Print("Reused in the executor", "a raw pipe", await Comparison.RunAsync(ours, other, rounds: 200, oursPerRound: 50, otherPerRound: 50));
}
