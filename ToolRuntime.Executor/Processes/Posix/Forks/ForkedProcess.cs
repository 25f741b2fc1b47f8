namespace ToolRuntime.Executor.Processes.Posix.Forks;

/// <summary>A process that a fork server made, and reaps.</summary>
internal sealed class ForkedProcess(int id, ChildPipes pipes) : IChildProcess
{
    private static readonly ProcessExit Killed = WaitStatus.Read(Libc.SIGKILL, TimeSpan.Zero);

    private readonly TaskCompletionSource<ProcessExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _reaping = new();
    private bool _reaped;

    public int Id => id;

    public Stream Requests => pipes.Requests;

    public Stream Responses => pipes.Responses;

    public Stream Output => pipes.Output;

    public Stream Error => pipes.Error;

    public bool IsUnread(Stream stream) => pipes.IsUnread(stream);

    public void Widen(Stream stream) => pipes.Widen(stream);

    public Task<ProcessExit> Exited => _exited.Task;

    public void Terminate() => Signal(Libc.SIGTERM);

    public void Kill() => Signal(Libc.SIGKILL);

    /// <summary>Once the process has ended: ends what is left of its group, and then has it reaped.</summary>
    /// <param name="reap">Where it throws, the process's server has ended, and has had it killed.</param>
    public void End(Func<ProcessExit> reap)
    {
        var exit = Killed;
        try
        {
            // Until it is reaped the id is still the process's own, and so is its group.
            lock (_reaping)
            {
                _ = Libc.kill(-id, Libc.SIGKILL);
                _reaped = true;
                exit = reap();
            }
        }
        finally
        {
            _exited.SetResult(exit);
        }
    }

    /// <summary>Ends it after the end of its server, which killed it.</summary>
    public void EndWithServer() => End(() => Killed);

    public void Dispose() => pipes.Dispose();

    private void Signal(int signal)
    {
        lock (_reaping)
        {
            if (!_reaped)
            {
                _ = Libc.kill(-id, signal);
            }
        }
    }
}
