using System.Diagnostics;
using System.Text;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Streaming;

namespace ToolRuntime.Executor.Telemetry;

/// <summary>
/// What one call prints, as log records with its tool, execution and trace, and to those who follow it as events. Past the
/// limit the rest is discarded, and said so once.
/// </summary>
/// <param name="events">The call's events; null where nobody follows them.</param>
internal sealed partial class ToolOutput(
    string toolId, string executionId, int maxBytes, ILogger logger, RuntimeMetrics metrics, EventBuffer? events)
{
    // Lines arrive on flows of their own; each belongs to the span of the call that this was made in.
    private readonly Activity? _span = Activity.Current;
    private readonly Lock _lock = new();
    private long _printedBytes;
    private bool _failed;

    /// <param name="level">The level it was printed with.</param>
    /// <param name="stream">Where it was printed to: <c>console</c>, <c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="line">What was printed.</param>
    public void Write(LogLevel level, string stream, string line)
    {
        var current = Activity.Current;
        Activity.Current = _span;
        try
        {
            WriteInSpan(level, stream, line);
        }
        finally
        {
            Activity.Current = current;
        }
    }

    /// <summary>Waits until there is room for what the tool prints next.</summary>
    public ValueTask RoomAsync(CancellationToken cancellationToken) => events?.RoomAsync(cancellationToken) ?? ValueTask.CompletedTask;

    /// <summary>What the tool printed could not be read.</summary>
    public void Break(Exception exception)
    {
        if (Fail())
        {
            Log.Unreadable(logger, exception, toolId, executionId);
        }
    }

    private void WriteInSpan(LogLevel level, string stream, string line)
    {
        bool fits;
        lock (_lock)
        {
            if (_failed)
            {
                return;
            }

            _printedBytes += Encoding.UTF8.GetByteCount(line);
            fits = _printedBytes <= maxBytes;
        }

        if (fits)
        {
            events?.Log(level, stream, line);
            Log.Printed(logger, level, line, toolId, executionId, stream);
        }
        else if (Fail())
        {
            Log.LimitExceeded(logger, toolId, executionId, maxBytes);
        }
    }

    private bool Fail()
    {
        lock (_lock)
        {
            if (_failed)
            {
                return false;
            }

            _failed = true;
        }

        metrics.RecordError(toolId, ErrorKind.Stderr);
        return true;
    }

    private static partial class Log
    {
        // The ids are attributes of the record; a reader of the line wants only the line.
        [LoggerMessage(EventId = 3, Message = "{Line}")]
        public static partial void Printed(
            ILogger logger, LogLevel level, string line, string toolId, string executionId, string stream);

        [LoggerMessage(1, LogLevel.Warning, "{ToolId} printed more than {Limit} bytes in call {ExecutionId}: the rest is discarded.")]
        public static partial void LimitExceeded(ILogger logger, string toolId, string executionId, int limit);

        [LoggerMessage(2, LogLevel.Warning, "What {ToolId} prints in call {ExecutionId} can no longer be read.")]
        public static partial void Unreadable(ILogger logger, Exception exception, string toolId, string executionId);
    }
}
