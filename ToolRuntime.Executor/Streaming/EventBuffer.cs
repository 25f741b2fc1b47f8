using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Executor.Streaming;

/// <summary>
/// The events of one call, in order, on their way to one reader. It holds little: while a slow reader leaves it full, what
/// the tool prints is not read on, so that the tool itself waits in the end, until its deadline at most. What has been
/// added is never lost while the reader reads; the last event is taken in however full it is.
/// </summary>
internal sealed class EventBuffer(TimeProvider time)
{
    /// <summary>How many bytes wait for the reader before the tool does. What was read at once is added at once, and may exceed it.</summary>
    public const int Capacity = 64 * 1024;

    // What an event takes in memory beside its content, so that many small ones count too.
    private const int EventOverhead = 128;

    private readonly Channel<ExecutionEvent> _events =
        Channel.CreateUnbounded<ExecutionEvent>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Lock _lock = new();
    private int _held;
    private bool _completed;
    private TaskCompletionSource? _room;

    /// <summary>Whether whoever asks for room has to wait.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return _held >= Capacity && !_completed;
            }
        }
    }

    public void Queued(string executionId, string executor) =>
        Add(new ExecutionEvent { Queued = new Queued { ExecutionId = executionId, Executor = executor } });

    public void Started() => Add(new ExecutionEvent { Started = new Started() });

    public void Log(LogLevel level, string stream, string line) =>
        Add(new ExecutionEvent { Log = new LogRecord { Severity = SeverityOf(level), Stream = stream, Message = line } });

    public void Progress(double fraction, string message) =>
        Add(new ExecutionEvent { Progress = new Progress { Fraction = fraction, Message = message } });

    /// <summary>Ends the events; what comes later is discarded, and nobody waits for room any more.</summary>
    /// <param name="result">The last event; null where the call ends without one.</param>
    public void Complete(ExecuteToolResponse? result)
    {
        lock (_lock)
        {
            if (result is not null)
            {
                Add(new ExecutionEvent { Result = result });
            }

            _completed = true;
            _events.Writer.Complete();
            _room?.TrySetResult();
        }
    }

    /// <summary>Waits until there is room for more; for those that read what the tool tells, before they read on.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled while it waited.</exception>
    public ValueTask RoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!IsFull)
            {
                return ValueTask.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>The events, for the one reader, until the last.</summary>
    public async IAsyncEnumerable<ExecutionEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in _events.Reader.ReadAllAsync(cancellationToken))
        {
            yield return happened;
            Release(happened);
        }
    }

    private void Add(ExecutionEvent happened)
    {
        lock (_lock)
        {
            if (!_completed)
            {
                happened.Time = Timestamp.FromDateTimeOffset(time.GetUtcNow());
                _held += SizeOf(happened);
                _events.Writer.TryWrite(happened);
            }
        }
    }

    private void Release(ExecutionEvent happened)
    {
        lock (_lock)
        {
            _held -= SizeOf(happened);
            if (_held < Capacity)
            {
                _room?.TrySetResult();
                _room = null;
            }
        }
    }

    private static int SizeOf(ExecutionEvent happened) => happened.CalculateSize() + EventOverhead;

    private static LogSeverity SeverityOf(LogLevel level) => level switch
    {
        LogLevel.Debug => LogSeverity.Debug,
        LogLevel.Information => LogSeverity.Info,
        LogLevel.Warning => LogSeverity.Warn,
        LogLevel.Error => LogSeverity.Error,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "A tool prints with none of these."),
    };
}
