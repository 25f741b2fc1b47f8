using Microsoft.Extensions.Options;

namespace ToolRuntime.Executor.Execution;

/// <summary>What a stop of the executor means for calls: none begins any more, and those that run have a while to end.</summary>
internal sealed class DrainSignal : IDisposable
{
    private readonly IHostApplicationLifetime _lifetime;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _registration;

    public DrainSignal(IHostApplicationLifetime lifetime, IOptions<ExecutorOptions> options, TimeProvider time)
    {
        _lifetime = lifetime;
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _registration = lifetime.ApplicationStopping.Register(() => _over.CancelAfter(options.Value.DrainTimeout));
    }

    /// <summary>Cancelled when no call may begin any more.</summary>
    public CancellationToken Draining => _lifetime.ApplicationStopping;

    /// <summary>Cancelled when the calls that still run have had their while.</summary>
    public CancellationToken Over => _over.Token;

    public void Dispose()
    {
        _registration.Dispose();
        _over.Dispose();
    }
}
