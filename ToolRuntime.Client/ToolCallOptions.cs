using System.Text.Json;

namespace ToolRuntime.Client;

/// <summary>What a call may have beside its input.</summary>
public sealed class ToolCallOptions
{
    /// <summary>
    /// Names the execution, to cancel it by or to find it in traces and logs: at most 128 printable ASCII characters, of
    /// which no other running execution has the same. Made by the gateway where it is null.
    /// </summary>
    public string? ExecutionId { get; init; }

    /// <summary>When the tool is ended, counted from the call's arrival; null for the tool's own time-out, which is never exceeded.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The tool's second argument.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>Variables that the tool finds in its environment. Names match <c>^[A-Z_][A-Z0-9_]*$</c>.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
}
