using System.Collections.Concurrent;
using System.Diagnostics;
using ToolRuntime.ServiceDefaults.Telemetry;

namespace ToolRuntime.Tests.Support;

/// <summary>The runtime's finished spans in this process.</summary>
internal sealed class RecordedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _finished = new();
    private readonly ActivityListener _listener;

    public RecordedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RuntimeTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _finished.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public Activity OfExecution(string executionId) =>
        _finished.Single(span => (string?)span.GetTagItem("gen_ai.tool.call.id") == executionId);

    public IEnumerable<Activity> Under(Activity parent) => _finished.Where(span => span.ParentSpanId == parent.SpanId);

    public void Dispose() => _listener.Dispose();
}
