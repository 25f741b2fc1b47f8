namespace ToolRuntime.Executor.Execution;

/// <summary>
/// When a call ends at the latest, and why it ended early: the deadline passed, the caller went away before it, or the
/// executor is stopping.
/// </summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _any;

    public CallDeadline(TimeSpan timeout, TimeProvider time, CancellationToken callerGone, CancellationToken stopping)
    {
        At = time.GetUtcNow() + timeout;
        _timer = new CancellationTokenSource(timeout, time);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, callerGone, stopping);
    }

    public DateTimeOffset At { get; }

    /// <summary>Cancelled when the call is over, for whichever reason.</summary>
    public CancellationToken Token => _any.Token;

    public bool HasPassed => _timer.IsCancellationRequested;

    public void Dispose()
    {
        _any.Dispose();
        _timer.Dispose();
    }
}
