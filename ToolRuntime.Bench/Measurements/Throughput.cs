using System.Diagnostics;

namespace ToolRuntime.Bench.Measurements;

/// <summary>Keeps callers calling two scenarios in turn, and counts the calls against time, or against CPU time.</summary>
internal static class Throughput
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(3);

    /// <summary>Calls per second.</summary>
    public static Task<(double Ours, double Other)> PerSecondAsync(IScenario ours, IScenario other, int callers, int rounds) =>
        RunAsync(ours, other, callers, rounds, () => Stopwatch.GetElapsedTime(0));

    /// <summary>Calls per second of CPU time, of this process and all that it started and saw to its end.</summary>
    public static Task<(double Ours, double Other)> PerCpuSecondAsync(IScenario ours, IScenario other, int callers, int rounds) =>
        RunAsync(ours, other, callers, rounds, OwnCpuTime.Read);

    private static async Task<(double Ours, double Other)> RunAsync(
        IScenario ours, IScenario other, int callers, int rounds, Func<TimeSpan> clock)
    {
        await SliceAsync(ours, callers, clock);
        await SliceAsync(other, callers, clock);
        var (oursRates, otherRates) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            oursRates.Add(await SliceAsync(ours, callers, clock));
            otherRates.Add(await SliceAsync(other, callers, clock));
        }

        return (Median(oursRates), Median(otherRates));
    }

    private static async Task<double> SliceAsync(IScenario scenario, int callers, Func<TimeSpan> clock)
    {
        await scenario.PrepareAsync();
        var before = clock();
        var start = Stopwatch.GetTimestamp();
        var calls = 0;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(start) < Slice)
            {
                await scenario.CallAsync();
                Interlocked.Increment(ref calls);
            }
        })));

        // What the calls left to do, such as filling the pool again, is of their cost.
        await scenario.PrepareAsync();
        return calls / (clock() - before).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
