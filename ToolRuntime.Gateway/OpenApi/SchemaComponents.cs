using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.OpenApi;

namespace ToolRuntime.Gateway.OpenApi;

/// <summary>
/// Takes a JSON Schema that stands for itself into an OpenAPI document: what it defines becomes components of the document,
/// and its references, which begin at its own root, begin at the document's.
/// </summary>
internal static class SchemaComponents
{
    private const string Reference = "$ref";
    private const string Definitions = "$defs";

    // What these hold is data of the schema's author, and no schema.
    private static readonly string[] Data = ["const", "default", "enum", "examples"];

    /// <param name="name">What the component is called.</param>
    /// <returns>A reference to the component.</returns>
    public static OpenApiSchemaReference AddSchema(this OpenApiDocument document, string name, ByteString schema)
    {
        var root = JsonNode.Parse(schema.Span);
        if (root is JsonObject definition)
        {
            // The document says which dialect its schemas are in.
            definition.Remove("$schema");
            Rebase(definition, name);
            if (definition[Definitions] is JsonObject definitions)
            {
                definition.Remove(Definitions);
                foreach (var (key, value) in definitions)
                {
                    document.AddComponent(NameOf(name, key), new RawSchema(value!));
                }
            }
        }

        document.AddComponent(name, new RawSchema(root!));
        return new OpenApiSchemaReference(name, document);
    }

    private static void Rebase(JsonNode? node, string name)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Rebase(item, name);
            }
        }
        else if (node is JsonObject schema)
        {
            foreach (var (key, value) in schema.ToArray())
            {
                if (key == Reference && value is JsonValue reference && reference.TryGetValue<string>(out var target))
                {
                    schema[key] = Rebase(target, name);
                }
                else if (!Data.Contains(key))
                {
                    Rebase(value, name);
                }
            }
        }
    }

    private static string Rebase(string target, string name)
    {
        const string Own = $"#/{Definitions}/";
        if (!target.StartsWith('#'))
        {
            return target;
        }

        if (!target.StartsWith(Own, StringComparison.Ordinal))
        {
            return $"#/components/schemas/{name}{target[1..]}";
        }

        var path = target[Own.Length..];
        var end = path.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? slash : path.Length;
        var key = Uri.UnescapeDataString(path[..end]).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        return $"#/components/schemas/{NameOf(name, key)}{path[end..]}";
    }

    // Components have letters, digits, '.', '-' and '_' in their names.
    private static string NameOf(string name, string key) =>
        $"{name}.{string.Concat(key.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' ? character : '_'))}";
}
