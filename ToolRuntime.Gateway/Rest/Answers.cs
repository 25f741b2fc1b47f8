using System.Text.Json;
using Google.Protobuf;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Executors;

namespace ToolRuntime.Gateway.Rest;

/// <summary>The answer of <c>GET /v1/tools</c>.</summary>
internal sealed record ToolsAnswer(IReadOnlyList<ToolAnswer> Tools);

/// <param name="LoadError">Why the tool, or its last change, cannot be loaded; not there when it can.</param>
/// <param name="InputSchema">The input's JSON Schema; not there where the tool declares none.</param>
/// <param name="OutputSchema">The result's JSON Schema; not there where the tool declares none.</param>
internal sealed record ToolAnswer(
    string Id,
    string Description,
    string? LoadError = null,
    JsonElement? InputSchema = null,
    JsonElement? OutputSchema = null,
    AnnotationsAnswer? Annotations = null)
{
    public static ToolAnswer Of(Tool tool) => new(
        tool.Id,
        tool.Description,
        tool.LoadError.Length > 0 ? tool.LoadError : null,
        SchemaOf(tool.InputSchema),
        SchemaOf(tool.OutputSchema),
        tool.Annotations is { } annotations ? AnnotationsAnswer.Of(annotations) : null);

    private static JsonElement? SchemaOf(ByteString schema) => schema.IsEmpty ? null : JsonElement.Parse(schema.Span);
}

/// <summary>What a tool says of its effects; not there is what it does not say.</summary>
internal sealed record AnnotationsAnswer(
    string? Title = null, bool? ReadOnly = null, bool? Destructive = null, bool? Idempotent = null, bool? OpenWorld = null)
{
    public static AnnotationsAnswer Of(ToolAnnotations annotations) => new(
        annotations.Title.Length > 0 ? annotations.Title : null,
        annotations.HasReadOnly ? annotations.ReadOnly : null,
        annotations.HasDestructive ? annotations.Destructive : null,
        annotations.HasIdempotent ? annotations.Idempotent : null,
        annotations.HasOpenWorld ? annotations.OpenWorld : null);
}

/// <summary>The answer of <c>GET /v1/executors</c>.</summary>
internal sealed record ExecutorsAnswer(IReadOnlyList<ExecutorAnswer> Executors);

/// <param name="Address">The HTTP endpoint, which serves /metrics.</param>
/// <param name="State"><c>ready</c>, <c>draining</c> or <c>unreachable</c>.</param>
internal sealed record ExecutorAnswer(string Name, string Address, string State)
{
    public static ExecutorAnswer Of(ExecutorStatus executor) =>
        new(executor.Name, executor.HttpAddress, executor.Condition.ToString().ToLowerInvariant());
}
