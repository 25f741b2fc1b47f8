using System.Diagnostics.Metrics;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Processes;
using ToolRuntime.ServiceDefaults.Telemetry;

namespace ToolRuntime.Executor.Telemetry;

/// <summary>The five runtime metrics: how long tools run, where they fail, and how their processes end.</summary>
internal sealed class RuntimeMetrics
{
    /// <summary>Stands for every id that is no known tool, so that no caller can add label values.</summary>
    public const string UnknownTool = "unknown";

    private static readonly ErrorKind[] ErrorKinds =
        [.. Enum.GetValues<ErrorKind>().Where(kind => kind != ErrorKind.Unspecified)];

    private readonly Histogram<double> _executeSeconds;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _timeouts;
    private readonly Counter<long> _processExits;
    private readonly Histogram<long> _outputBytes;

    public RuntimeMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(RuntimeTelemetry.MeterName);
        _executeSeconds = meter.CreateHistogram(
            "runtime_tool_execute_seconds",
            "s",
            "Latency of runtime tool executions from start to completion",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
            });
        _errors = meter.CreateCounter<long>(
            "runtime_tool_errors_total", description: "Total runtime tool errors categorized by failure point");
        _timeouts = meter.CreateCounter<long>(
            "runtime_tool_timeouts_total", description: "Total tool executions that exceeded timeout");
        _processExits = meter.CreateCounter<long>(
            "runtime_bun_process_exits_total", description: "Bun process termination reasons");
        _outputBytes = meter.CreateHistogram(
            "runtime_tool_output_bytes",
            "By",
            "Size distribution of tool stdout payloads",
            advice: new InstrumentAdvice<long>
            {
                HistogramBucketBoundaries = [100, 1000, 10000, 100000, 1000000, 10000000],
            });

        _errors.Add(0, ToolTag(UnknownTool), ErrorKindTag(ErrorKind.Start));
    }

    /// <summary>Starts a tool's counters at zero, since PromQL's rate() cannot see a series that is born at one.</summary>
    public void RegisterTool(string toolId)
    {
        _timeouts.Add(0, ToolTag(toolId));
        foreach (var kind in ErrorKinds)
        {
            _errors.Add(0, ToolTag(toolId), ErrorKindTag(kind));
        }
    }

    public void RecordExecution(string toolId, TimeSpan duration, Outcome outcome) =>
        _executeSeconds.Record(duration.TotalSeconds, ToolTag(toolId), new("outcome", outcome.Label()));

    public void RecordError(string toolId, ErrorKind kind) => _errors.Add(1, ToolTag(toolId), ErrorKindTag(kind));

    public void RecordTimeout(string toolId) => _timeouts.Add(1, ToolTag(toolId));

    public void RecordProcessExit(ProcessExit exit) =>
        _processExits.Add(
            1,
            new KeyValuePair<string, object?>("status", exit.WasSignaled ? "signal" : "exit"),
            new KeyValuePair<string, object?>("code", exit.Code),
            new KeyValuePair<string, object?>("signal", exit.Signal));

    public void RecordOutputSize(string toolId, int bytes) => _outputBytes.Record(bytes, ToolTag(toolId));

    private static KeyValuePair<string, object?> ToolTag(string toolId) => new("tool_id", toolId);

    private static KeyValuePair<string, object?> ErrorKindTag(ErrorKind kind) => new("error_kind", kind.Label());
}
