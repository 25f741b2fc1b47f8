using System.Text.Json;
using System.Text.Json.Nodes;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>JSON Schemas as MCP wants them: with <c>"type": "object"</c> at the root.</summary>
internal static class ObjectSchema
{
    /// <summary>The argument that is the input of a tool whose input is no object.</summary>
    public const string Input = "input";

    private const string Type = "type";
    private const string Object = "object";
    private const string Properties = "properties";

    /// <summary>Any object.</summary>
    public static JsonElement Any { get; } = JsonElement.Parse("""{"type":"object"}""");

    /// <summary>The schema of the objects among what it allows; null where it says of none.</summary>
    public static JsonElement? Narrow(JsonElement schema) =>
        SchemaKinds.Of(schema) is { } kinds && kinds.HasFlag(ValueKinds.Objects) ? WithType(schema) : null;

    /// <summary>The schema where it allows objects only; null for any other.</summary>
    public static JsonElement? Strict(JsonElement schema) =>
        SchemaKinds.Of(schema) is ValueKinds.Objects ? WithType(schema) : null;

    /// <summary>An object whose one property has the schema.</summary>
    public static JsonElement Wrap(JsonElement schema)
    {
        var property = JsonNode.Parse(schema.GetRawText())!;
        MoveReferences(property, $"#/{Properties}/{Input}");
        return JsonElement.Parse(new JsonObject
        {
            [Type] = Object,
            [Properties] = new JsonObject { [Input] = property },
            ["required"] = new JsonArray(Input),
        }.ToJsonString());
    }

    private static JsonElement WithType(JsonElement schema)
    {
        if (schema.TryGetProperty(Type, out var type) && type.ValueKind == JsonValueKind.String)
        {
            return schema;
        }

        var narrowed = JsonObject.Create(schema)!;
        narrowed[Type] = Object;
        return JsonElement.Parse(narrowed.ToJsonString());
    }

    /// <summary>What the schema refers to within itself lies under another root now.</summary>
    private static void MoveReferences(JsonNode schema, string root)
    {
        switch (schema)
        {
            case JsonObject parts:
                foreach (var (name, part) in parts.ToList())
                {
                    if (name == SchemaKinds.Reference && part is JsonValue value && value.TryGetValue(out string? target)
                        && (target == "#" || target.StartsWith("#/", StringComparison.Ordinal)))
                    {
                        parts[name] = root + target[1..];
                    }
                    else if (part is not null)
                    {
                        MoveReferences(part, root);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items.OfType<JsonNode>())
                {
                    MoveReferences(item, root);
                }

                break;
        }
    }
}
