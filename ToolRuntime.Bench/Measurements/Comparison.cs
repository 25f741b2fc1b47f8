using System.Diagnostics;

namespace ToolRuntime.Bench.Measurements;

/// <summary>Times two scenarios in turn, so that what else the machine does falls on both alike.</summary>
internal static class Comparison
{
    // Services run for long: what is compiled on the way to that is no part of the comparison.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public static async Task<(Percentiles Ours, Percentiles Other)> RunAsync(
        IScenario ours, IScenario other, int rounds, int callsPerRound = 1)
    {
        await WarmUpAsync(ours);
        await WarmUpAsync(other);
        var oursSamples = new List<TimeSpan>();
        var otherSamples = new List<TimeSpan>();
        for (var round = 0; round < rounds; round++)
        {
            await SampleAsync(ours, callsPerRound, oursSamples);
            await SampleAsync(other, callsPerRound, otherSamples);
        }

        return (new Percentiles(oursSamples), new Percentiles(otherSamples));
    }

    private static async Task WarmUpAsync(IScenario scenario)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < WarmUp)
        {
            await scenario.CallAsync();
        }
    }

    private static async Task SampleAsync(IScenario scenario, int times, List<TimeSpan> samples)
    {
        for (var i = 0; i < times; i++)
        {
            await scenario.PrepareAsync();
            var start = Stopwatch.GetTimestamp();
            await scenario.CallAsync();
            samples.Add(Stopwatch.GetElapsedTime(start));
        }
    }
}
