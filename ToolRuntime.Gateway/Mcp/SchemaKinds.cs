using System.Text.Json;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>What a value may be.</summary>
[Flags]
internal enum ValueKinds
{
    None = 0,
    Objects = 1,
    Others = 2,
    Any = Objects | Others,
}

/// <summary>Which kinds of values a JSON Schema says that it allows.</summary>
internal static class SchemaKinds
{
    public const string Reference = "$ref";

    // A longer chain is a circle.
    private const int MostReferences = 16;

    /// <returns>Null where it says nothing of it.</returns>
    public static ValueKinds? Of(JsonElement schema) => Of(schema, schema, MostReferences);

    private static ValueKinds? Of(JsonElement schema, JsonElement root, int references)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return schema.ValueKind == JsonValueKind.False ? ValueKinds.None : null;
        }

        ValueKinds? kinds = null;
        foreach (var keyword in schema.EnumerateObject())
        {
            kinds = Both(kinds, keyword.Name switch
            {
                "type" => OfType(keyword.Value),
                "const" => OfValue(keyword.Value),
                "enum" => Either(keyword.Value.EnumerateArray().Select(value => (ValueKinds?)OfValue(value))),
                "anyOf" or "oneOf" => Either(keyword.Value.EnumerateArray().Select(part => Of(part, root, references))),
                "allOf" => keyword.Value.EnumerateArray().Select(part => Of(part, root, references)).Aggregate((ValueKinds?)null, Both),
                Reference when references > 0 && Resolve(keyword.Value.GetString()!, root) is { } target => Of(target, root, references - 1),
                // Meant for objects, though what is none passes them.
                "properties" => ValueKinds.Any,
                _ => null,
            });
        }

        return kinds;
    }

    private static ValueKinds OfType(JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Aggregate(ValueKinds.None, (kinds, one) => kinds | OfType(one))
        : type.ValueEquals("object") ? ValueKinds.Objects : ValueKinds.Others;

    private static ValueKinds OfValue(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? ValueKinds.Objects : ValueKinds.Others;

    private static ValueKinds? Both(ValueKinds? one, ValueKinds? other) => one is null ? other : other is null ? one : one & other;

    private static ValueKinds? Either(IEnumerable<ValueKinds?> branches) =>
        branches.Aggregate((ValueKinds?)ValueKinds.None, (one, other) => one | other);

    private static JsonElement? Resolve(string reference, JsonElement root)
    {
        if (!reference.StartsWith('#') || (reference.Length > 1 && reference[1] != '/'))
        {
            return null;
        }

        var found = root;
        foreach (var segment in Uri.UnescapeDataString(reference).Split('/').Skip(1))
        {
            var name = segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
            {
                return null;
            }
        }

        return found;
    }
}
