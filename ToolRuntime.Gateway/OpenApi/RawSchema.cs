using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace ToolRuntime.Gateway.OpenApi;

/// <summary>
/// A JSON Schema in an OpenAPI 3.1 document as it is. The document's own model of schemas would lose what it does not know.
/// </summary>
internal sealed class RawSchema(JsonNode schema) : OpenApiSchema
{
    public override void SerializeAsV31(IOpenApiWriter writer) => writer.WriteRaw(schema.ToJsonString());
}
