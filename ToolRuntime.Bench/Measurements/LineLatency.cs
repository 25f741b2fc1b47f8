using ToolRuntime.Bench.Scenarios;

namespace ToolRuntime.Bench.Measurements;

/// <summary>Times what a tool prints, from there to who follows the call.</summary>
internal static class LineLatency
{
    private const int WarmUpCalls = 10;
    private const int Lines = 50;

    /// <returns>Of each call's first line, and of all lines.</returns>
    public static async Task<(Percentiles First, Percentiles All)> RunAsync(ThroughGateway scenario, int calls)
    {
        var first = new List<TimeSpan>();
        var all = new List<TimeSpan>();
        for (var call = -WarmUpCalls; call < calls; call++)
        {
            var latencies = await scenario.FollowLinesAsync(Lines);
            if (call >= 0)
            {
                first.Add(latencies[0]);
                all.AddRange(latencies);
            }
        }

        return (new Percentiles(first), new Percentiles(all));
    }
}
