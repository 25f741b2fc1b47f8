using System.Diagnostics.Metrics;
using ToolRuntime.ServiceDefaults.Telemetry;

namespace ToolRuntime.Executor.Telemetry;

/// <summary>What operators ask for beside the five runtime metrics; in a meter of its own, so that those stay five.</summary>
internal sealed class ToolRuntimeMetrics
{
    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _rejected;
    private readonly Histogram<double> _workerStart;
    private readonly Histogram<double> _queueWait;
    private readonly Histogram<double> _cpu;
    private readonly Counter<long> _cancellations;
    private readonly Histogram<double> _executeTool;
    private readonly Meter _meter;

    public ToolRuntimeMetrics(IMeterFactory meterFactory)
    {
        _meter = meterFactory.Create(RuntimeTelemetry.OperationsMeterName);
        _active = _meter.CreateUpDownCounter<long>(
            "runtime_tool_executions_active", description: "Executions of tools that run now");
        _rejected = _meter.CreateCounter<long>(
            "runtime_executions_rejected_total", description: "Total executions refused for load");
        _workerStart = Seconds(
            "runtime_worker_start_seconds", "What an execution waited for its worker", [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]);
        _queueWait = Seconds(
            "runtime_queue_wait_seconds", "What an execution waited for its turn", [0.0001, 0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30]);
        _cpu = Seconds(
            "runtime_tool_cpu_seconds", "CPU time of a worker's process over its life", [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]);
        _cancellations = _meter.CreateCounter<long>(
            "runtime_tool_cancellations_total", description: "Total executions whose caller went away");
        _executeTool = Seconds(
            "gen_ai.execute_tool.duration", "GenAI tool execution duration", [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]);
    }

    /// <summary>Starts a tool's counters at zero, since PromQL's rate() cannot see a series that is born at one.</summary>
    public void RegisterTool(string toolId) => _cancellations.Add(0, ToolTag(toolId));

    /// <summary>Starts the counters of refused executions at zero, for the same reason.</summary>
    public void RegisterRejections(params ReadOnlySpan<string> reasons)
    {
        foreach (var reason in reasons)
        {
            _rejected.Add(0, ReasonTag(reason));
        }
    }

    public void ExecutionStarted(string toolId) => _active.Add(1, ToolTag(toolId));

    public void ExecutionEnded(string toolId) => _active.Add(-1, ToolTag(toolId));

    public void RecordRejection(string reason) => _rejected.Add(1, ReasonTag(reason));

    public void RecordWorkerStart(bool prewarmed, TimeSpan duration) =>
        _workerStart.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("start", prewarmed ? "prewarmed" : "cold"));

    public void RecordQueueWait(TimeSpan duration) => _queueWait.Record(duration.TotalSeconds);

    public void RecordCpu(string toolId, TimeSpan cpuTime) => _cpu.Record(cpuTime.TotalSeconds, ToolTag(toolId));

    public void RecordCancellation(string toolId) => _cancellations.Add(1, ToolTag(toolId));

    /// <param name="errorType">What went wrong; null where nothing did.</param>
    public void RecordToolDuration(string toolId, TimeSpan duration, string? errorType)
    {
        var name = new KeyValuePair<string, object?>("gen_ai.tool.name", toolId);
        if (errorType is null)
        {
            _executeTool.Record(duration.TotalSeconds, name);
        }
        else
        {
            _executeTool.Record(duration.TotalSeconds, name, new("error.type", errorType));
        }
    }

    /// <summary>Shows how many executions wait for their turn.</summary>
    public void ObserveQueue(Func<long> queued) =>
        _meter.CreateObservableGauge("runtime_executions_queued", queued, description: "Executions that wait for their turn");

    /// <summary>Shows how many workers there are, by state.</summary>
    public void ObserveWorkers(Func<(long Starting, long Idle, long Busy)> workers) =>
        _meter.CreateObservableGauge(
            "runtime_workers",
            () =>
            {
                var (starting, idle, busy) = workers();
                return new Measurement<long>[]
                {
                    new(starting, new KeyValuePair<string, object?>("state", "starting")),
                    new(idle, new KeyValuePair<string, object?>("state", "idle")),
                    new(busy, new KeyValuePair<string, object?>("state", "busy")),
                };
            },
            description: "Worker processes by state");

    private Histogram<double> Seconds(string name, string description, double[] buckets) =>
        _meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    private static KeyValuePair<string, object?> ReasonTag(string reason) => new("reason", reason);

    private static KeyValuePair<string, object?> ToolTag(string toolId) => new("tool_id", toolId);
}
