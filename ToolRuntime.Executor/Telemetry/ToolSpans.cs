using System.Diagnostics;

namespace ToolRuntime.Executor.Telemetry;

/// <summary>The spans and the progress that one call's tool tells of, below the call's own span.</summary>
internal sealed class ToolSpans(ToolTracing tracing) : IDisposable
{
    // More than a person reads, and little enough to hold for a tool that never stops.
    private const int MaxSpans = 500;
    private const int MaxProgressEvents = 100;

    private readonly Activity? _run = Activity.Current;
    private readonly Dictionary<int, Activity> _open = [];
    private int _spans;
    private int _progressEvents;

    public void Start(int id, int parent, string name, double at)
    {
        if (_run is null || ++_spans > MaxSpans)
        {
            return;
        }

        var above = _open.GetValueOrDefault(parent, _run);
        if (tracing.StartToolSpan(name, above.Context, At(at)) is { } span)
        {
            _open[id] = span;
        }
    }

    public void End(int id, string error, double at)
    {
        if (_open.Remove(id, out var span))
        {
            if (error.Length > 0)
            {
                span.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
            }

            span.SetEndTime(At(at).UtcDateTime).Stop();
        }
    }

    public void Progress(double fraction, string message)
    {
        if (++_progressEvents <= MaxProgressEvents)
        {
            _run?.AddEvent(new ActivityEvent("progress", tags: new ActivityTagsCollection
            {
                ["tool.progress.fraction"] = fraction,
                ["tool.progress.message"] = message,
            }));
        }
    }

    /// <summary>Ends what the tool left open.</summary>
    public void Dispose()
    {
        foreach (var span in _open.Values)
        {
            span.Stop();
        }

        _open.Clear();
    }

    private static DateTimeOffset At(double milliseconds) => DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds);
}
