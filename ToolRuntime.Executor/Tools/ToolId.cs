using System.Text.RegularExpressions;
using ToolRuntime.Executor.Telemetry;

namespace ToolRuntime.Executor.Tools;

/// <summary>What a tool's id may be.</summary>
internal static partial class ToolId
{
    public const int MaxLength = 128;

    public const string Rule =
        "A tool id has letters, digits, '_', '-', '.' and '/', begins with none of the last three, has no empty segment "
        + "and none that begins with '.', is not 'unknown', and has at most 128 characters.";

    public static bool IsValid(string id) =>
        id.Length is > 0 and <= MaxLength
        && id != RuntimeMetrics.UnknownTool
        && Grammar().IsMatch(id)
        && !id.Contains("..", StringComparison.Ordinal)
        && !id.EndsWith('/')
        && !id.Contains("//", StringComparison.Ordinal)
        && !id.Contains("/.", StringComparison.Ordinal);

    /// <summary>The name by which MCP has the tool: its names have no slashes.</summary>
    public static string McpNameOf(string id) => id.Replace("/", "__", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9_./-]*\z")]
    private static partial Regex Grammar();
}
