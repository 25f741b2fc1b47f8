namespace ToolRuntime.Gateway.Execution;

/// <summary>
/// What a caller's going away means for its call. Before its deadline the call is cancelled. A caller whose deadline has
/// passed goes away too, at a moment that is the deadline but for the message's way here: that call is left to the
/// executor's own timer, which ends it and counts it as what it is, a time-out.
/// </summary>
internal sealed class CallerDeparture : IDisposable
{
    // The message's way is short against the time-out, or else the time-out is too short to be told from it.
    private const double ShareOfTimeout = 0.1;
    private static readonly TimeSpan LeastTolerance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostTolerance = TimeSpan.FromSeconds(1);

    // Far more than the executor's timer needs: only an executor that hangs is cancelled by it.
    private static readonly TimeSpan ExecutorsTime = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _cancellation;
    private readonly CancellationTokenRegistration _registration;

    /// <param name="deadline">The caller's own; <see cref="DateTime.MaxValue"/> where it has none.</param>
    public CallerDeparture(DateTime deadline, TimeProvider time, CancellationToken callerGone)
    {
        _cancellation = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        var tolerance = deadline == DateTime.MaxValue ? TimeSpan.Zero : ToleranceOf(deadline - time.GetUtcNow().UtcDateTime);
        _registration = callerGone.UnsafeRegister(
            _ =>
            {
                var left = deadline - time.GetUtcNow().UtcDateTime;
                _cancellation.CancelAfter(left > tolerance ? TimeSpan.Zero : ExecutorsTime);
            },
            null);
    }

    /// <summary>Cancels the call at the executor.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Cancels the call at once, whenever its deadline is; does nothing once it has ended.</summary>
    public void Cancel()
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended at this very moment.
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _cancellation.Dispose();
    }

    private static TimeSpan ToleranceOf(TimeSpan timeout)
    {
        var share = timeout * ShareOfTimeout;
        return share < LeastTolerance ? LeastTolerance : share > MostTolerance ? MostTolerance : share;
    }
}
