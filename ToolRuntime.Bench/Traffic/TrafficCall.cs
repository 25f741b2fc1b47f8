using System.Text.Json;

namespace ToolRuntime.Bench.Traffic;

/// <summary>One call of a sample tool.</summary>
/// <param name="Input">As JSON.</param>
internal sealed record TrafficCall(string ToolId, string Input)
{
    /// <summary>The deadline that the caller sets.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>When the caller goes away.</summary>
    public TimeSpan? CancelAfter { get; init; }

    public static TrafficCall Of(string toolId, object? input) => new(toolId, JsonSerializer.Serialize(input, JsonSerializerOptions.Web));
}
