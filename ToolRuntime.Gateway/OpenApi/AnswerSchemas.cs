using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace ToolRuntime.Gateway.OpenApi;

/// <summary>The schemas of answers that are written by hand rather than from a type: see <c>Rest/ExecutionResult</c> and <c>Rest/Problem</c>.</summary>
internal static class AnswerSchemas
{
    public const string Execution = "Execution";
    public const string Problem = "Problem";

    private const string ExecutionSchema =
        """
        {
          "type": "object",
          "description": "How a call that reached its tool ended, whatever the tool did.",
          "required": ["executionId", "toolId", "outcome", "durationMs", "outputBytes", "executor"],
          "properties": {
            "executionId": { "type": "string" },
            "toolId": { "type": "string" },
            "outcome": { "enum": ["success", "error", "timeout"] },
            "result": { "description": "What the tool returned; only with the outcome success." },
            "error": {
              "type": "object",
              "description": "Only without the outcome success.",
              "required": ["kind", "type", "message", "stack"],
              "properties": {
                "kind": { "enum": ["start", "stdin", "stdout", "stderr", "wait", "parse", "timeout"] },
                "type": { "type": "string", "description": "The exception's class as the tool threw it, or the runtime's own." },
                "message": { "type": "string" },
                "stack": { "type": "string" }
              }
            },
            "process": {
              "type": "object",
              "description": "Only when the process ended before it answered: one of the two.",
              "properties": {
                "exitCode": { "type": "integer", "minimum": 0, "maximum": 255 },
                "signal": { "type": "string" }
              }
            },
            "durationMs": { "type": "number" },
            "outputBytes": { "type": "integer" },
            "executor": { "type": "string", "description": "The executor that ran it." }
          }
        }
        """;

    private const string ProblemSchema =
        """
        {
          "type": "object",
          "description": "Why there is no other answer (RFC 9457).",
          "required": ["status"],
          "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "errors": {
              "type": "object",
              "description": "What is wrong with each field, as input.items[2].price.",
              "additionalProperties": { "type": "array", "items": { "type": "string" } }
            }
          }
        }
        """;

    public static void AddTo(OpenApiDocument document)
    {
        document.AddComponent(Execution, new RawSchema(JsonNode.Parse(ExecutionSchema)!));
        document.AddComponent(Problem, new RawSchema(JsonNode.Parse(ProblemSchema)!));
    }

    /// <summary>The answer to a call of a tool.</summary>
    /// <param name="result">The component that describes the tool's result; null where the tool declares none.</param>
    public static IOpenApiSchema ExecutionOf(OpenApiSchemaReference? result, OpenApiDocument document)
    {
        var execution = new OpenApiSchemaReference(Execution, document);
        return result is null ? execution : new OpenApiSchema
        {
            AllOf = [execution, new OpenApiSchema { Properties = new Dictionary<string, IOpenApiSchema> { ["result"] = result } }],
        };
    }
}
