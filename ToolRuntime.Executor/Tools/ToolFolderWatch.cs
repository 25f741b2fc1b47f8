using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace ToolRuntime.Executor.Tools;

/// <summary>
/// Tells when something under the tools' root may have changed: what the system reports, once it has gone quiet, and at
/// intervals all the same, since it does not report everything, and not everywhere.
/// </summary>
internal sealed partial class ToolFolderWatch(
    IOptions<ToolsOptions> options, TimeProvider time, ILogger<ToolFolderWatch> logger) : IDisposable
{
    // Saving a file is more than one event, and a file that is being written is not to be read.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MostPatience = TimeSpan.FromMilliseconds(300);

    private readonly Channel<string> _events = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private FileSystemWatcher? _watcher;
    private bool _reported;
    private volatile bool _broken;

    /// <summary>From here on no change is missed.</summary>
    public void Start()
    {
        Stop();
        _broken = false;
        var root = Path.GetFullPath(options.Value.Path);
        try
        {
            _watcher = new FileSystemWatcher(root) { IncludeSubdirectories = true };
            _watcher.Changed += (_, change) => Report(change.FullPath);
            _watcher.Created += (_, change) => Report(change.FullPath);
            _watcher.Deleted += (_, change) => Report(change.FullPath);
            _watcher.Renamed += (_, change) =>
            {
                Report(change.OldFullPath);
                Report(change.FullPath);
            };
            _watcher.Error += (_, error) =>
            {
                Break(error.GetException());
                Poke();
            };
            _watcher.EnableRaisingEvents = true;
            _reported = false;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            Break(exception);
        }
    }

    /// <summary>Says that it is time to look again.</summary>
    public void Poke() => Report("");

    /// <summary>Waits for the next time to look.</summary>
    /// <returns>The paths that are known to have changed; perhaps none.</returns>
    public async Task<IReadOnlySet<string>> NextAsync(CancellationToken cancellationToken)
    {
        if (_broken)
        {
            Start();
        }

        await WaitAsync(_broken ? options.Value.PollInterval : options.Value.RescanInterval, cancellationToken);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var begin = time.GetTimestamp();
        while (Take(paths) && time.GetElapsedTime(begin) < MostPatience)
        {
            await Task.Delay(Quiet, time, cancellationToken);
        }

        return paths;
    }

    public void Dispose() => Stop();

    private async Task WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await _events.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing was reported: time to look nevertheless.
        }
    }

    private bool Take(HashSet<string> paths)
    {
        var any = false;
        while (_events.Reader.TryRead(out var path))
        {
            any = true;
            paths.Add(path);
        }

        return any;
    }

    private void Report(string path) => _events.Writer.TryWrite(path);

    private void Break(Exception exception)
    {
        _broken = true;
        if (!_reported)
        {
            _reported = true;
            Log.Broken(logger, exception, options.Value.PollInterval);
        }
    }

    private void Stop()
    {
        _watcher?.Dispose();
        _watcher = null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The tools' root cannot be watched for now; it is looked through every {Interval}.")]
        public static partial void Broken(ILogger logger, Exception exception, TimeSpan interval);
    }
}
