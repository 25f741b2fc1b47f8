using Microsoft.Extensions.Time.Testing;
using ToolRuntime.Gateway.Execution;

namespace ToolRuntime.Tests.Gateway;

public sealed class CallerDepartureTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(10, 8.9, true)]
    [InlineData(10, 9.1, false)]
    [InlineData(10, 10.0, false)]
    [InlineData(0.2, 0.08, true)]
    [InlineData(0.2, 0.12, false)]
    [InlineData(600, 598.5, true)]
    [InlineData(600, 599.5, false)]
    public void Only_before_the_deadline_is_going_away_a_cancellation(double timeout, double leaving, bool cancelled)
    {
        using var caller = new CancellationTokenSource();
        using var departure = new CallerDeparture(_time.GetUtcNow().UtcDateTime.AddSeconds(timeout), _time, caller.Token);
        _time.Advance(TimeSpan.FromSeconds(leaving));

        caller.Cancel();

        Assert.Equal(cancelled, departure.Token.IsCancellationRequested);
    }

    [Fact]
    public void Without_a_deadline_it_always_is()
    {
        using var caller = new CancellationTokenSource();
        using var departure = new CallerDeparture(DateTime.MaxValue, _time, caller.Token);

        caller.Cancel();

        Assert.True(departure.Token.IsCancellationRequested);
    }

    [Fact]
    public void An_executor_that_does_not_end_the_call_is_cancelled_in_the_end()
    {
        using var caller = new CancellationTokenSource();
        using var departure = new CallerDeparture(_time.GetUtcNow().UtcDateTime, _time, caller.Token);
        caller.Cancel();

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.True(departure.Token.IsCancellationRequested);
    }
}
