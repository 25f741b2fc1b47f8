using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway;

public sealed class OpenApiTests(Cluster cluster) : IClassFixture<Cluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_document_is_valid_and_has_every_path()
    {
        var read = OpenApiDocument.Parse(await GetAsync(), "json");

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
        Assert.Null(read.Document!.Security);
        Assert.Superset(
            new HashSet<string>(["/v1/tools", "/v1/tools/{tool_id}", "/v1/executions/{executionId}", "/v1/executors", "/v1/tools/echo/execute", "/v1/tools/text/repeat/execute"]),
            read.Document!.Paths.Keys.ToHashSet());
        var operations = read.Document.Paths.Values.SelectMany(path => path.Operations!.Values).ToArray();
        Assert.Equal(operations.Length, operations.Select(operation => operation.OperationId).Distinct().Count());
        Assert.All(operations, operation => Assert.True(operation.Responses!["default"].Content!.ContainsKey("application/problem+json")));
    }

    [Fact]
    public async Task A_tools_path_has_its_schemas_its_headers_and_every_answer()
    {
        var document = OpenApiDocument.Parse(await GetAsync(), "json").Document!;

        var operation = document.Paths["/v1/tools/text/repeat/execute"].Operations![HttpMethod.Post];
        Assert.Equal(("Repeat", "Says it again."), (operation.Summary, operation.Description));
        var part = operation.RequestBody!.Content!["application/json"].Schema!.Properties!["parts"].Items!;
        Assert.Equal(JsonSchemaType.Integer, part.Properties!["times"].Type);
        Assert.True(operation.RequestBody.Required);
        Assert.Equal(["X-Execution-Id", "X-Timeout-Ms"], operation.Parameters!.Select(parameter => parameter.Name).Order());
        Assert.Equal(["200", "400", "401", "403", "404", "409", "413", "415", "429", "503", "default"], operation.Responses!.Keys.Order());
        var execution = operation.Responses["200"].Content!["application/json"].Schema!.AllOf!;
        Assert.Contains("outcome", execution[0].Properties!.Keys);
        Assert.Equal(["application/json", "text/event-stream"], operation.Responses["200"].Content!.Keys);
        Assert.Equal(JsonSchemaType.String, execution[1].Properties!["result"].Type);
    }

    [Fact]
    public async Task What_a_tool_may_leave_out_is_not_required_of_its_answer()
    {
        var schemas = (await JsonAsync("/openapi/v1.json"))["components"]!["schemas"]!;

        Assert.Equal("""["id","description"]""", schemas["ToolAnswer"]!["required"]!.ToJsonString());
        Assert.Null(schemas["AnnotationsAnswer"]!["required"]);
    }

    [Fact]
    public async Task A_tools_schema_is_whole_and_what_it_refers_to_is_there()
    {
        var tool = (await JsonAsync("/v1/tools/tree/size"))["inputSchema"]!.AsObject();
        var schemas = (await JsonAsync("/openapi/v1.json"))["components"]!["schemas"]!;

        var node = schemas["tree__size.input.a_node"]!;
        Assert.Equal("#/components/schemas/tree__size.input.a_node", node["properties"]!["children"]!["items"]!["$ref"]!.GetValue<string>());
        Assert.Equal("""{"$ref":"#/components/schemas/tree__size.input.a_node"}""", schemas["tree__size.input"]!["properties"]!["root"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(tool["properties"]!["tag"], schemas["tree__size.input"]!["properties"]!["tag"]));

        var document = OpenApiDocument.Parse(await GetAsync(), "json").Document!;
        var root = document.Paths["/v1/tools/tree/size/execute"].Operations![HttpMethod.Post].RequestBody!.Content!["application/json"].Schema!.Properties!["root"];
        Assert.Equal(JsonSchemaType.String, root.Properties!["children"].Items!.Properties!["name"].Type);
    }

    [Fact]
    public async Task A_tool_that_comes_and_changes_shows_at_once()
    {
        await SaysAsync("1", "/v1/tools/late/execute");
        await SaysAsync("2", "/v1/tools/late/execute");

        async Task SaysAsync(string description, string path)
        {
            await File.WriteAllTextAsync(
                cluster.File("late.ts"),
                $$"""import { defineTool } from "@toolruntime/sdk"; export default defineTool({ description: "{{description}}", run: () => 1 });""",
                Cancellation);
            await Eventually.True(
                async () => (await JsonAsync("/openapi/v1.json"))["paths"]![path]?["post"]!["description"]!.GetValue<string>() == description,
                $"the description {description}");
        }
    }

    private Task<string> GetAsync() => cluster.Http.GetStringAsync("/openapi/v1.json", Cancellation);

    private async Task<JsonNode> JsonAsync(string path) => JsonNode.Parse(await cluster.Http.GetStringAsync(path, Cancellation))!;
}
