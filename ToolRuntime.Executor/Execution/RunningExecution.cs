namespace ToolRuntime.Executor.Execution;

/// <summary>One execution that can be cancelled, until it is disposed.</summary>
internal sealed class RunningExecution : IDisposable
{
    private readonly CancellationTokenSource _cancellation;
    private readonly Action<RunningExecution> _onEnd;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunningExecution(Action<RunningExecution> onEnd, CancellationToken callerGone)
    {
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(callerGone);
        _onEnd = onEnd;
    }

    /// <summary>Cancelled when the caller went away, or somebody cancelled the execution.</summary>
    public CancellationToken Token => _cancellation.Token;

    public Task Ended => _ended.Task;

    /// <returns>Whether it had not ended yet.</returns>
    public bool Cancel()
    {
        try
        {
            _cancellation.Cancel();
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        _onEnd(this);
        _ended.TrySetResult();
    }
}
