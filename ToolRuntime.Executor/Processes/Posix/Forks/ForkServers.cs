namespace ToolRuntime.Executor.Processes.Posix.Forks;

/// <summary>Keeps a fork server: started when it is first needed, and again where it has ended.</summary>
internal sealed partial class ForkServers(TimeProvider time, ILogger<ForkServers> logger) : IDisposable
{
    // Where none can be had, processes are started one by one meanwhile.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _starting = new(1);
    private volatile ForkServer? _current;
    private long? _failedAt;
    private bool _isDisposed;

    /// <returns>Null where there is none for such a process.</returns>
    public async ValueTask<ForkServer?> FindAsync(ProcessSpec spec)
    {
        if (_current is { HasEnded: false } current)
        {
            return current.CanFork(spec) ? current : null;
        }

        await _starting.WaitAsync();
        try
        {
            if (_current is null or { HasEnded: true } && !_isDisposed && (_failedAt is not { } at || time.GetElapsedTime(at) >= Pause))
            {
                await StartAsync(spec);
            }

            return _current is { HasEnded: false } started && started.CanFork(spec) ? started : null;
        }
        finally
        {
            _starting.Release();
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _current?.Dispose();
        _starting.Dispose();
    }

    private async Task StartAsync(ProcessSpec spec)
    {
        try
        {
            _current = await ForkServer.StartAsync(spec);
            _failedAt = null;
        }
        catch (ForkServerException exception)
        {
            _failedAt = time.GetTimestamp();
            Log.NotStarted(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "No process can be forked; each is started instead, which takes longer.")]
        public static partial void NotStarted(ILogger logger, Exception exception);
    }
}
