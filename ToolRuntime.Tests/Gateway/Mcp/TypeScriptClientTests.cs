using System.Globalization;
using System.Text.Json.Nodes;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>MCP by the official TypeScript SDKs, which check what they are told more strictly than C#'s.</summary>
public sealed class TypeScriptClientTests(McpServer server) : IClassFixture<McpServer>
{
    public static TheoryData<string> Sdks => [TypeScriptClient.Sdk, TypeScriptClient.Client];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task Tools_are_listed_and_called(string sdk)
    {
        await using var client = await TypeScriptClient.ConnectAsync(sdk, server.Endpoint);

        var tools = await client.ListAsync();
        Assert.Equal(
            ["double", "echo", "exit", "greet", "never", "progress-spin", "spin", "steps", "text__shout", "throw"],
            tools.Select(tool => tool!["name"]!.GetValue<string>()));

        var (result, _) = await client.CallAsync("greet", JsonNode.Parse("""{"name":"Ada"}""")!);
        Assert.Equal("""{"greeting":"Hello Ada!"}""", result["structuredContent"]!.ToJsonString());
        Assert.Equal("""{"greeting":"Hello Ada!"}""", Text(result));
    }

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task Arguments_against_the_schema_are_an_error_that_names_them(string sdk)
    {
        await using var client = await TypeScriptClient.ConnectAsync(sdk, server.Endpoint);

        var (result, _) = await client.CallAsync("greet", JsonNode.Parse("""{"name":"A","times":0}""")!);

        Assert.True(result["isError"]!.GetValue<bool>());
        Assert.Contains("- name: ", Text(result), StringComparison.Ordinal);
        Assert.Contains("- times: ", Text(result), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task Progress_is_told(string sdk)
    {
        await using var client = await TypeScriptClient.ConnectAsync(sdk, server.Endpoint);

        await client.StartCallAsync("steps", new JsonObject());

        Assert.Equal("""{"event":"progress","progress":0.25,"total":1,"message":"one"}""", (await client.NextAsync("progress")).ToJsonString());
        Assert.Equal("""{"event":"progress","progress":0.5,"total":1}""", (await client.NextAsync("progress")).ToJsonString());
        Assert.Equal("""{"event":"progress","progress":1,"total":1,"message":"done"}""", (await client.NextAsync("progress")).ToJsonString());
        Assert.Equal("ready", Text((await client.NextAsync("result"))["result"]!));
    }

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task A_cancellation_ends_the_process(string sdk)
    {
        var file = server.File($"cancelled-{sdk}");
        await using var client = await TypeScriptClient.ConnectAsync(sdk, server.Endpoint);

        await client.StartCallAsync("progress-spin", new JsonObject { ["name"] = $"cancelled-{sdk}" }, cancelOnProgress: true);

        await client.NextAsync("progress");
        await client.NextAsync("thrown");
        var pid = int.Parse(await File.ReadAllTextAsync(file, Cancellation), CultureInfo.InvariantCulture);
        await Eventually.True(() => !LiveProcess.Exists(pid), "the tool's end");
    }

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task A_change_of_the_tools_is_told(string sdk)
    {
        var file = server.File($"new-{sdk}.ts");
        await using var client = await TypeScriptClient.ConnectAsync(sdk, server.Endpoint);

        await File.WriteAllTextAsync(file, "export default () => 1;", Cancellation);
        await client.NextAsync("toolsChanged");
        Assert.Contains($"new-{sdk}", (await client.ListAsync()).Select(tool => tool!["name"]!.GetValue<string>()));

        File.Delete(file);
        await client.NextAsync("toolsChanged");
    }

    private static string Text(JsonNode result) => Assert.Single(result["content"]!.AsArray())!["text"]!.GetValue<string>();
}
