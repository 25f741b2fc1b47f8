using Microsoft.Extensions.Options;
using ToolRuntime.Bench;
using ToolRuntime.Bench.Scenarios;
using ToolRuntime.Bench.Services;
using ToolRuntime.Bench.Traffic;
using ToolRuntime.Executor;
using ToolRuntime.Executor.Workers;

if (args is [EchoExecutor.Argument])
{
    await EchoExecutor.RunAsync();
    return;
}

if (args is [TrafficHost.Argument, .. var settings])
{
    await TrafficHost.RunAsync(settings);
    return;
}

var bun = new BunExecutable(Options.Create(new ExecutorOptions()));
var input = $"\"{new string('x', 98)}\"";
var refill = TimeSpan.FromMilliseconds(60);
(string, string) reused = ("Executor__Isolation", "Reused");

await using (var ours = await InExecutor.StartAsync(input, waitForFullPool: true))
await using (var other = new ProcessPerCall(bun, input))
{
    Report.Print("PerCall in the executor", "a process per call", await Comparison.RunAsync(ours, other, rounds: 60));
}

await using (var ours = await ThroughGateway.StartAsync("ToolRuntime.Executor", input, refill))
await using (var other = new ProcessPerCall(bun, input))
{
    Report.Print("PerCall through the gateway", "a process per call", await Comparison.RunAsync(ours, other, rounds: 60));
}

await using (var ours = await InExecutor.StartAsync(input, waitForFullPool: false, ("Executor:Isolation", "Reused")))
await using (var other = new RawPipe(bun, input))
{
    Report.Print("Reused in the executor", "a raw pipe", await Comparison.RunAsync(ours, other, rounds: 200, oursPerRound: 50, otherPerRound: 50));
}

await using (var ours = await ThroughGateway.StartAsync("ToolRuntime.Executor", input, TimeSpan.Zero, reused))
await using (var other = await ThroughGateway.StartAsync("ToolRuntime.Bench", input, TimeSpan.Zero))
{
    Report.Print("Reused through the gateway", "a ping of the same hops", await Comparison.RunAsync(ours, other, rounds: 100, oursPerRound: 20, otherPerRound: 20));
}
