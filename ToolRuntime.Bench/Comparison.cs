using System.Diagnostics;

namespace ToolRuntime.Bench;

/// <summary>Times two scenarios in turn, so that what else the machine does falls on both alike.</summary>
internal static class Comparison
{
    public static async Task<(Percentiles Ours, Percentiles Other)> RunAsync(
        IScenario ours, IScenario other, int rounds, int oursPerRound = 1, int otherPerRound = 1)
    {
        var oursSamples = new List<TimeSpan>();
        var otherSamples = new List<TimeSpan>();
        var warmUp = Math.Max(3, rounds / 10);
        for (var round = -warmUp; round < rounds; round++)
        {
            await SampleAsync(ours, oursPerRound, round < 0 ? null : oursSamples);
            await SampleAsync(other, otherPerRound, round < 0 ? null : otherSamples);
        }

        return (new Percentiles(oursSamples), new Percentiles(otherSamples));
    }

    private static async Task SampleAsync(IScenario scenario, int times, List<TimeSpan>? samples)
    {
        for (var i = 0; i < times; i++)
        {
            await scenario.PrepareAsync();
            var start = Stopwatch.GetTimestamp();
            await scenario.CallAsync();
            samples?.Add(Stopwatch.GetElapsedTime(start));
        }
    }
}
