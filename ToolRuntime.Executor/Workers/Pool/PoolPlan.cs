namespace ToolRuntime.Executor.Workers.Pool;

/// <summary>How many waiting workers each tool should have: the pool shared out by how much each is called of late.</summary>
internal static class PoolPlan
{
    // A tool that is called less often than this is served by a worker with no tool loaded as well.
    private const double LeastDemand = 0.5;

    /// <param name="demands">Each tool with its demand.</param>
    /// <param name="places">How many workers there are to share out.</param>
    /// <returns>The tools that should have waiting workers, each with their number.</returns>
    public static IReadOnlyDictionary<TTool, int> Share<TTool>(IReadOnlyCollection<(TTool Tool, double Demand)> demands, int places)
        where TTool : notnull
    {
        var hot = demands.Where(tool => tool.Demand >= LeastDemand).OrderByDescending(tool => tool.Demand).Take(places).ToArray();
        var total = hot.Sum(tool => tool.Demand);
        var shares = new Dictionary<TTool, int>();
        var left = places;
        for (var i = 0; i < hot.Length; i++)
        {
            // One place is kept for each of those that follow.
            var most = left - (hot.Length - 1 - i);
            var share = Math.Clamp((int)Math.Round(places * hot[i].Demand / total), 1, most);
            shares[hot[i].Tool] = share;
            left -= share;
        }

        return shares;
    }
}
