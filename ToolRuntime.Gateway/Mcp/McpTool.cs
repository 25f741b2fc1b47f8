using System.Text.Json;
using Google.Protobuf;
using ModelContextProtocol.Protocol;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>A tool as MCP's clients see it.</summary>
/// <param name="Definition">Its entry in the list of tools.</param>
/// <param name="WrapsInput">
/// Whether the tool's input is the arguments' property <see cref="ObjectSchema.Input"/>, since it is no object itself.
/// </param>
internal sealed record McpTool(string ToolId, Tool Definition, bool WrapsInput)
{
    /// <exception cref="JsonException">A schema is no JSON.</exception>
    public static McpTool Of(Contracts.V1.Tool tool)
    {
        var declared = Parse(tool.InputSchema);
        var input = declared is { } schema ? ObjectSchema.Narrow(schema) : ObjectSchema.Any;
        var definition = new Tool
        {
            Name = McpToolName.Of(tool.Id),
            Title = tool.Annotations is { Title.Length: > 0 } ? tool.Annotations.Title : null,
            Description = tool.Description.Length > 0 ? tool.Description : null,
            InputSchema = input ?? ObjectSchema.Wrap(declared!.Value),
            OutputSchema = Parse(tool.OutputSchema) is { } output ? ObjectSchema.Strict(output) : null,
            Annotations = tool.Annotations is { } annotations
                ? new ToolAnnotations
                {
                    ReadOnlyHint = annotations.HasReadOnly ? annotations.ReadOnly : null,
                    DestructiveHint = annotations.HasDestructive ? annotations.Destructive : null,
                    IdempotentHint = annotations.HasIdempotent ? annotations.Idempotent : null,
                    OpenWorldHint = annotations.HasOpenWorld ? annotations.OpenWorld : null,
                }
                : null,
        };
        return new McpTool(tool.Id, definition, WrapsInput: input is null);
    }

    private static JsonElement? Parse(ByteString schema) => schema.IsEmpty ? null : JsonElement.Parse(schema.Span);
}
