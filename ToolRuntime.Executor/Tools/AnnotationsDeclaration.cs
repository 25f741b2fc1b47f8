using System.Text.Json;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Executor.Tools;

/// <summary>Reads what a tool says of its effects: <c>ToolAnnotations</c> of <c>worker/sdk.ts</c>.</summary>
internal static class AnnotationsDeclaration
{
    /// <returns>Null where it says nothing.</returns>
    /// <exception cref="ToolDeclarationException">Something is not as it must be.</exception>
    public static ToolAnnotations? Parse(JsonElement annotations)
    {
        if (annotations.ValueKind != JsonValueKind.Object)
        {
            throw new ToolDeclarationException("annotations must be an object.");
        }

        ToolAnnotations? read = null;
        foreach (var annotation in annotations.EnumerateObject())
        {
            Read(read ??= new ToolAnnotations(), annotation, $"annotations.{annotation.Name}");
        }

        return read;
    }

    private static void Read(ToolAnnotations annotations, JsonProperty annotation, string name)
    {
        switch (annotation.Name)
        {
            case "title":
                annotations.Title = Text(annotation, name);
                break;
            case "readOnly":
                annotations.ReadOnly = ToolDeclaration.Boolean(annotation, name);
                break;
            case "destructive":
                annotations.Destructive = ToolDeclaration.Boolean(annotation, name);
                break;
            case "idempotent":
                annotations.Idempotent = ToolDeclaration.Boolean(annotation, name);
                break;
            case "openWorld":
                annotations.OpenWorld = ToolDeclaration.Boolean(annotation, name);
                break;
            default:
                throw new ToolDeclarationException($"{name} is no annotation.");
        }
    }

    private static string Text(JsonProperty annotation, string name) => annotation.Value.ValueKind == JsonValueKind.String
        ? annotation.Value.GetString()!
        : throw new ToolDeclarationException($"{name} must be a string.");
}
