namespace ToolRuntime.Gateway.Mcp;

/// <summary>A tool's name as MCP's clients have it, most of which allow no slash.</summary>
internal static class McpToolName
{
    private const string Slash = "__";

    public static string Of(string toolId) => toolId.Replace("/", Slash, StringComparison.Ordinal);

    /// <summary>The id that a name most likely stands for, where no tool has it.</summary>
    public static string ToToolId(string name) => name.Replace(Slash, "/", StringComparison.Ordinal);
}
