namespace ToolRuntime.ServiceDefaults.Telemetry;

/// <summary>The names under which the runtime's own telemetry is registered with OpenTelemetry.</summary>
public static class RuntimeTelemetry
{
    /// <summary>The meter of the five runtime metrics, and of nothing else.</summary>
    public const string MeterName = "compozy.runtime";

    /// <summary>The meter of what operators ask for beside them: load, workers, queue, CPU.</summary>
    public const string OperationsMeterName = "toolruntime";

    /// <summary>The source of the spans <c>execute_tool {tool_id}</c> and of those below them.</summary>
    public const string ActivitySourceName = "ToolRuntime";
}
