using Microsoft.Extensions.Options;

namespace ToolRuntime.Executor.Execution;

/// <summary>
/// What a stop of the executor means for calls: none begins any more, those that run have a while to end, and the stop
/// goes on when the last has been answered.
/// </summary>
internal sealed class CallDrain : IHostedService, IDisposable
{
    private readonly IHostApplicationLifetime _lifetime;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _registration;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The executor itself counts as one until it stops, so that zero is reached only once.
    private int _running = 1;

    public CallDrain(IHostApplicationLifetime lifetime, IOptions<ExecutorOptions> options, TimeProvider time)
    {
        _lifetime = lifetime;
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _registration = lifetime.ApplicationStopping.Register(() => _over.CancelAfter(options.Value.DrainTimeout));
    }

    /// <summary>Cancelled when no call may begin any more.</summary>
    public CancellationToken Draining => _lifetime.ApplicationStopping;

    /// <summary>Cancelled when the calls that still run have had their while.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Begins a call, which ends when the result is disposed.</summary>
    /// <exception cref="ExecutorStoppingException">No call may begin any more.</exception>
    public Call Enter()
    {
        Interlocked.Increment(ref _running);
        if (!Draining.IsCancellationRequested)
        {
            return new Call(this);
        }

        Leave();
        throw new ExecutorStoppingException(mayHaveStarted: false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Leave();
        return _empty.Task.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _registration.Dispose();
        _over.Dispose();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _empty.TrySetResult();
        }
    }

    /// <summary>A call that the stop waits for.</summary>
    public readonly struct Call(CallDrain drain) : IDisposable
    {
        public void Dispose() => drain.Leave();
    }
}
