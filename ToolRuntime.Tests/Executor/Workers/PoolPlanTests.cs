using ToolRuntime.Executor.Workers.Pool;

namespace ToolRuntime.Tests.Executor.Workers;

public sealed class PoolPlanTests
{
    [Fact]
    public void A_tool_that_alone_is_called_gets_every_place() => Assert.Equal(["a:6"], Share(6, ("a", 3)));

    [Fact]
    public void Places_follow_demand_and_each_hot_tool_has_one() =>
        Assert.Equal(["a:4", "b:1", "c:1"], Share(6, ("a", 100), ("b", 2), ("c", 1)));

    [Fact]
    public void The_most_called_come_first_where_places_are_few() =>
        Assert.Equal(["b:1", "c:1"], Share(2, ("a", 1), ("b", 3), ("c", 2)));

    [Fact]
    public void A_tool_hardly_called_gets_none() => Assert.Equal(["a:4"], Share(4, ("a", 1), ("b", 0.1)));

    [Fact]
    public void Without_demand_or_places_nothing_is_shared()
    {
        Assert.Empty(Share(4));
        Assert.Empty(Share(0, ("a", 1)));
    }

    [Fact]
    public void Never_more_is_shared_than_there_is()
    {
        for (var places = 0; places < 10; places++)
        {
            var shares = PoolPlan.Share([.. Enumerable.Range(1, 7).Select(tool => (tool, (double)(tool * tool)))], places);
            Assert.True(shares.Values.Sum() <= places);
        }
    }

    private static IEnumerable<string> Share(int places, params (string Tool, double Demand)[] demands) =>
        PoolPlan.Share(demands, places).Select(share => $"{share.Key}:{share.Value}").Order(StringComparer.Ordinal);
}
