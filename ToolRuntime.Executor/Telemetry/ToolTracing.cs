using System.Diagnostics;
using ToolRuntime.ServiceDefaults.Telemetry;

namespace ToolRuntime.Executor.Telemetry;

/// <summary>The source of the runtime's spans.</summary>
internal sealed class ToolTracing : IDisposable
{
    private readonly ActivitySource _source = new(RuntimeTelemetry.ActivitySourceName);

    /// <summary>Starts <c>execute_tool {tool_id}</c>, under the caller's trace, as OpenTelemetry's GenAI conventions name it.</summary>
    public ToolSpan StartExecution(string toolId, string executionId)
    {
        var activity = _source.StartActivity($"execute_tool {toolId}");
        activity?
            .SetTag("gen_ai.operation.name", "execute_tool")
            .SetTag("gen_ai.tool.name", toolId)
            .SetTag("gen_ai.tool.type", "function")
            .SetTag("gen_ai.tool.call.id", executionId);
        return new ToolSpan(activity);
    }

    public void Dispose() => _source.Dispose();
}
