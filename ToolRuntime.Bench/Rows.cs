using System.Globalization;
using Microsoft.Extensions.Options;
using ToolRuntime.Bench.Measurements;
using ToolRuntime.Bench.Results;
using ToolRuntime.Bench.Scenarios;
using ToolRuntime.Bench.Services;
using ToolRuntime.Executor;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Bench;

/// <summary>What is compared with what.</summary>
internal static class Rows
{
    private const string Times = "times";
    private const int Spaced = 60;

    private static readonly BunExecutable Bun = new(Options.Create(new ExecutorOptions()));
    private static readonly string Small = Text(100);
    private static readonly string Large = Text(1_000_000);
    private static readonly (string, string) Reused = ("Executor__Isolation", "Reused");

    public static IReadOnlyList<Row> All { get; } =
    [
        new("percall", "`PerCall` in the executor, pool full, against a process per call (p50)", Bound.AtLeast(25, $"{Times} lower"), PerCallAsync),
        new("percall-gateway", "`PerCall` through gateway and executor, which are in use, pool full, against a process per call (p50)", Bound.AtLeast(15, $"{Times} lower"), () => PerCallThroughGatewayAsync(Pause.InUse)),
        new("percall-idle", "the same, where nothing else calls for 60 ms before each call", null, () => PerCallThroughGatewayAsync(Pause.Idle)),
        new("reused", "`Reused` in the executor against a raw pipe (p50)", Bound.AtMost(4, $"{Times} as long"), ReusedAsync),
        new("reused-gateway", "`Reused` through gateway and executor against a gRPC ping of the same hops (p50)", Bound.AtMost(1.35, $"{Times} as long"), ReusedThroughGatewayAsync),
        new("sustained", "`PerCall` beyond the pool, 8 callers, against a process per call (calls per CPU second)", Bound.AtLeast(1.3, $"{Times} as many"), SustainedAsync),
        new("large", "1 MB echo through gateway and executor (`Reused`) against an MCP server over stdio (p50)", Bound.AtLeast(1.1, $"{Times} lower"), LargeAsync),
        new("stream-line", "a line of a stream, from the tool's print through executor and gateway to the client (p50)", Bound.AtMost(50, "ms"), StreamLineAsync),
        new("telemetry", "telemetry over OTLP against none, 8 callers (calls per second)", Bound.AtLeast(90, "%"), TelemetryAsync),
        new("idle-memory", "a waiting worker's own memory (USS)", Bound.AtMost(4, "MB"), IdleMemoryAsync),
        new("executor-memory", "the executor's memory after 100,000 calls against after 1,000", Bound.AtMost(1.1, $"{Times} as much"), ExecutorMemoryAsync),
    ];

    private static async Task<Figure> PerCallAsync()
    {
        await using var ours = await InExecutor.StartAsync(Small, waitForFullPool: true);
        await using var other = new ProcessPerCall(Bun, Small);
        return Lower(await Comparison.RunAsync(ours, other, Spaced));
    }

    private static async Task<Figure> PerCallThroughGatewayAsync(Pause pause)
    {
        await using var ours = await ThroughGateway.StartAsync(Small, pause, ("Tools__Rules__warm__Isolation", "Reused"));
        await using var other = new ProcessPerCall(Bun, Small);
        return Lower(await Comparison.RunAsync(ours, other, Spaced));
    }

    private static async Task<Figure> ReusedAsync()
    {
        await using var ours = await InExecutor.StartAsync(Small, waitForFullPool: false, ("Executor:Isolation", "Reused"));
        await using var other = new RawPipe(Bun, Small);
        return Longer(await Comparison.RunAsync(ours, other, rounds: 200, callsPerRound: 50));
    }

    private static async Task<Figure> ReusedThroughGatewayAsync()
    {
        await using var ours = await ThroughGateway.StartAsync(Small, Pause.None, Reused);
        await using var other = await ThroughGateway.StartPingAsync(Small);
        return Longer(await Comparison.RunAsync(ours, other, rounds: 100, callsPerRound: 20));
    }

    private static async Task<Figure> SustainedAsync()
    {
        await using var ours = await InExecutor.StartAsync(Small, waitForFullPool: true);
        await using var other = new ProcessPerCall(Bun, Small);
        var (oursRate, otherRate) = await Throughput.PerCpuSecondAsync(ours, other, callers: 8, rounds: 5);
        return new Figure(oursRate / otherRate, Rates(oursRate, otherRate, "per CPU second"));
    }

    private static async Task<Figure> LargeAsync()
    {
        await using var ours = await ThroughGateway.StartAsync(Large, Pause.None, Reused);
        await using var other = await McpServer.StartAsync(Bun, Large);
        return Lower(await Comparison.RunAsync(ours, other, rounds: 60, callsPerRound: 5));
    }

    private static async Task<Figure> StreamLineAsync()
    {
        await using var ours = await ThroughGateway.StartAsync(Small, Pause.None);
        var (first, all) = await LineLatency.RunAsync(ours, calls: 40);
        return new Figure(
            all.P50.TotalMilliseconds,
            $"p99 {Milliseconds(all.P99)}; of each call's first line p50 {Milliseconds(first.P50)}, p99 {Milliseconds(first.P99)}");
    }

    private static async Task<Figure> TelemetryAsync()
    {
        await using var sink = await ServiceProcess.StartOwnAsync(TelemetrySink.Argument);
        await using var ours = await ThroughGateway.StartAsync(
            Small, Pause.None, Reused, ("OTEL_EXPORTER_OTLP_ENDPOINT", sink.Http.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        await using var other = await ThroughGateway.StartAsync(Small, Pause.None, Reused);
        var (oursRate, otherRate) = await Throughput.PerSecondAsync(ours, other, callers: 8, rounds: 7);
        return new Figure(100 * oursRate / otherRate, Rates(oursRate, otherRate, "per second"));
    }

    private static async Task<Figure> IdleMemoryAsync()
    {
        await using var executor = await InExecutor.StartAsync(Small, waitForFullPool: true);
        await executor.CallAsync();
        await executor.PrepareAsync();
        var workers = MemoryUse.Workers(Environment.ProcessId).Select(MemoryUse.Unique).Order().ToArray();
        var median = workers[workers.Length / 2] / 1e6;
        return new Figure(median, $"the median of {workers.Length} workers; the largest has {Number(workers[^1] / 1e6)} MB");
    }

    private static async Task<Figure> ExecutorMemoryAsync()
    {
        await using var ours = await ThroughGateway.StartAsync(Small, Pause.None, Reused);
        var early = await Calls.MakeAsync(ours, calls: 1_000, callers: 8, () => MemoryUse.Resident(ours.ExecutorId));
        var late = await Calls.MakeAsync(ours, calls: 99_000, callers: 8, () => MemoryUse.Resident(ours.ExecutorId));
        return new Figure((double)late / early, $"{Number(late / 1e6)} MB against {Number(early / 1e6)} MB, resident");
    }

    private static Figure Lower((Percentiles Ours, Percentiles Other) result) => new(result.Other.P50 / result.Ours.P50, Latencies(result));

    private static Figure Longer((Percentiles Ours, Percentiles Other) result) => new(result.Ours.P50 / result.Other.P50, Latencies(result));

    private static string Latencies((Percentiles Ours, Percentiles Other) result) =>
        $"{Number(result.Ours.P50.TotalMicroseconds)} µs (p99 {Number(result.Ours.P99.TotalMicroseconds)}) against {Number(result.Other.P50.TotalMicroseconds)} µs";

    private static string Rates(double ours, double other, string unit) => $"{Number(ours)} against {Number(other)} {unit}";

    private static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture)} ms";

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    // A JSON string of so many bytes.
    private static string Text(int bytes) => $"\"{new string('x', bytes - 2)}\"";
}
