using ToolRuntime.Gateway.Executors;
using ToolRuntime.Gateway.Executors.Balancing;

namespace ToolRuntime.Tests.Gateway;

public sealed class ExecutorLoadsTests
{
    private static readonly EndpointAddress[] Executors = [new("a", 1), new("b", 1), new("c", 1)];

    private readonly ExecutorLoads _loads = new();

    [Fact]
    public void Calls_go_to_the_one_that_has_fewest()
    {
        var calls = Enumerable.Range(0, 5).Select(_ => new CallRoute()).ToArray();
        Assert.Equal([1, 2, 2], Take(calls).CountBy(executor => executor).Select(count => count.Value).Order());
        var emptied = calls[0].Executor!.Address;
        foreach (var call in calls.Where(call => call.Executor!.Address == emptied).ToArray())
        {
            _loads.End(call);
        }

        var next = new CallRoute();
        _loads.Take(next, Executors);

        Assert.Equal(emptied, next.Executor!.Address);
    }

    [Fact]
    public void Equals_have_their_turns()
    {
        var chosen = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            var call = new CallRoute();
            chosen.Add(_loads.Take(call, Executors));
            _loads.End(call);
        }

        Assert.All(chosen.CountBy(executor => executor), count => Assert.Equal(2, count.Value));
    }

    [Fact]
    public void One_that_drains_is_left_out_until_it_does_not()
    {
        _loads.Of(Executors[0]).IsDraining = true;
        _loads.Of(Executors[1]).IsDraining = true;
        Assert.Equal([2, 2, 2], Take(3));

        _loads.Of(Executors[1]).IsDraining = false;

        Assert.Equal([1, 1, 1], Take(3));
    }

    [Fact]
    public void One_that_turned_the_call_away_is_not_asked_again()
    {
        var call = new CallRoute();
        var tried = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            tried.Add(_loads.Take(call, Executors));
            call.TurnedAwayBy(call.Executor!.Address);
        }

        Assert.Equal([0, 1, 2], tried.Order());
        Assert.Equal(-1, _loads.Take(call, Executors));
        Assert.Null(call.Executor);
        Assert.All(Executors, executor => Assert.Equal(0, _loads.Of(executor).InFlight));
    }

    [Fact]
    public void A_call_counts_once_and_until_it_ends()
    {
        var call = new CallRoute();
        _loads.Take(call, Executors);
        _loads.Take(call, Executors);
        Assert.Equal(1, Executors.Sum(executor => _loads.Of(executor).InFlight));

        _loads.End(call);
        _loads.End(call);

        Assert.Equal(0, Executors.Sum(executor => _loads.Of(executor).InFlight));
    }

    private int[] Take(int calls) => Take([.. Enumerable.Range(0, calls).Select(_ => new CallRoute())]);

    private int[] Take(CallRoute[] calls) => [.. calls.Select(call => _loads.Take(call, Executors))];
}
