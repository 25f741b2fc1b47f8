using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One resource's console: the process's lines, and what the AppHost has to say about it.</summary>
internal sealed class ResourceLog(TimeProvider time) : ILogger
{
    internal const int Capacity = 10_000;
    private const int WatcherCapacity = 2 * Capacity;

    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _backlog = new();
    private readonly List<Channel<LogLine>> _watchers = [];
    private int _lines;
    private bool _completed;

    public void Append(string content, bool isError)
    {
        lock (_gate)
        {
            var line = new LogLine(++_lines, content, isError);
            _backlog.Enqueue(line);
            if (_backlog.Count > Capacity)
            {
                _backlog.Dequeue();
            }

            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(line);
            }
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryComplete();
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _backlog.Clear();
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> ReadAsync(
        bool follow, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // A reader that falls behind loses the oldest lines rather than the process its memory.
        var channel = Channel.CreateBounded<LogLine>(
            new BoundedChannelOptions(WatcherCapacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            foreach (var line in _backlog)
            {
                channel.Writer.TryWrite(line);
            }

            if (follow && !_completed)
            {
                _watchers.Add(channel);
            }
            else
            {
                channel.Writer.Complete();
            }
        }

        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                var batch = new List<LogLine>();
                while (batch.Count < 500 && channel.Reader.TryRead(out var line))
                {
                    batch.Add(line);
                }

                yield return batch;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(channel);
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        if (exception is not null)
        {
            text = $"{text}{Environment.NewLine}{exception}";
        }

        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            Append($"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {line}", logLevel >= LogLevel.Error);
        }
    }
}
