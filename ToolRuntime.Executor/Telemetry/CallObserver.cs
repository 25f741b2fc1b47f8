using ToolRuntime.Executor.Streaming;

namespace ToolRuntime.Executor.Telemetry;

/// <summary>Takes what a tool tells of itself while one call of it runs.</summary>
/// <param name="Events">The call's events; null where nobody follows them.</param>
internal sealed record CallObserver(ToolOutput Output, ToolSpans Spans, EventBuffer? Events)
{
    public void Progress(double fraction, string message)
    {
        Spans.Progress(fraction, message);
        Events?.Progress(fraction, message);
    }

    /// <summary>Waits until there is room for what the tool tells next.</summary>
    public ValueTask RoomAsync(CancellationToken cancellationToken) => Events?.RoomAsync(cancellationToken) ?? ValueTask.CompletedTask;
}
