using ToolRuntime.Executor.Telemetry;

namespace ToolRuntime.Executor.Workers;

/// <summary>
/// Leads what a worker prints to the call that runs. What its module printed while it was loaded waits for the first call;
/// what comes after a call still belongs to it, until the next one.
/// </summary>
internal sealed class PrintedLines
{
    // A module that prints more than this before any call is not worth its memory.
    private const int MaxWaiting = 100;

    private readonly Lock _lock = new();
    private readonly List<(LogLevel Level, string Stream, string Line)> _waiting = [];
    private ToolOutput? _output;
    private Exception? _broken;

    public void Attach(ToolOutput output)
    {
        lock (_lock)
        {
            _output = output;
            foreach (var (level, stream, line) in _waiting)
            {
                output.Write(level, stream, line);
            }

            _waiting.Clear();
            if (_broken is { } exception)
            {
                output.Break(exception);
            }
        }
    }

    public void Add(LogLevel level, string stream, string line)
    {
        lock (_lock)
        {
            if (_output is { } output)
            {
                output.Write(level, stream, line);
            }
            else if (_waiting.Count < MaxWaiting)
            {
                _waiting.Add((level, stream, line));
            }
        }
    }

    /// <summary>Waits until there is room for more lines; for those that read them, before they read on.</summary>
    public ValueTask RoomAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _output?.RoomAsync(cancellationToken) ?? ValueTask.CompletedTask;
        }
    }

    /// <summary>What is printed can no longer be read.</summary>
    public void Break(Exception exception)
    {
        lock (_lock)
        {
            _broken = exception;
            _output?.Break(exception);
        }
    }
}
