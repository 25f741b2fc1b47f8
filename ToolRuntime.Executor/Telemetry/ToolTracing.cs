using System.Diagnostics;
using ToolRuntime.ServiceDefaults.Telemetry;

namespace ToolRuntime.Executor.Telemetry;

/// <summary>The source of the runtime's spans.</summary>
internal sealed class ToolTracing : IDisposable
{
    private readonly ActivitySource _source = new(RuntimeTelemetry.ActivitySourceName);

    /// <summary>Starts <c>execute_tool {tool_id}</c>, under the caller's trace, as OpenTelemetry's GenAI conventions name it.</summary>
    /// <param name="sandbox">The sandbox that the tool runs in.</param>
    public ToolSpan StartExecution(string toolId, string executionId, string sandbox)
    {
        var activity = _source.StartActivity($"execute_tool {toolId}");
        activity?
            .SetTag("gen_ai.operation.name", "execute_tool")
            .SetTag("gen_ai.tool.name", toolId)
            .SetTag("gen_ai.tool.type", "function")
            .SetTag("gen_ai.tool.call.id", executionId)
            .SetTag("tool.sandbox", sandbox);
        return new ToolSpan(activity);
    }

    /// <summary>Starts the span of a call's wait for a worker that has loaded the tool.</summary>
    public Activity? StartWait() => _source.StartActivity("wait for worker");

    /// <summary>Starts the span of the tool's own work.</summary>
    public Activity? StartRun() => _source.StartActivity("run tool");

    /// <summary>Starts a span that the tool itself told of.</summary>
    public Activity? StartToolSpan(string name, ActivityContext parent, DateTimeOffset at)
    {
        // It is no span of ours: what runs here next must not come to lie below it.
        var current = Activity.Current;
        var span = _source.StartActivity(name, ActivityKind.Internal, parent, startTime: at);
        Activity.Current = current;
        return span;
    }

    public void Dispose() => _source.Dispose();
}
