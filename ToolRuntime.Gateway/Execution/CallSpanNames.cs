using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace ToolRuntime.Gateway.Execution;

/// <summary>
/// Names the gateway's span of a call after its tool, which is what a reader of traces looks for; the route tells it not,
/// and REST's path or gRPC's method stand among the span's attributes. Only tools that exist give names.
/// </summary>
internal sealed class CallSpanNames : IConfigureOptions<AspNetCoreTraceInstrumentationOptions>
{
    public const string ToolTag = "gen_ai.tool.name";

    public void Configure(AspNetCoreTraceInstrumentationOptions options) =>
        options.EnrichWithHttpResponse = (activity, _) =>
        {
            if (activity.GetTagItem(ToolTag) is string toolId)
            {
                activity.DisplayName = $"call {toolId}";
            }
        };
}
