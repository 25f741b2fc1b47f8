using System.Text.Json.Nodes;

namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>Every sample tool, by the official SDKs of both languages.</summary>
public sealed class SampleToolsTests(SampleServer server) : IClassFixture<SampleServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A call of each tool, and what its text holds.</summary>
    private IReadOnlyDictionary<string, (JsonObject Arguments, string Text)> Calls => new Dictionary<string, (JsonObject, string)>
    {
        ["csv__to-json"] = (new JsonObject { ["csv"] = "a,b\n1,2" }, """{"rows":[{"a":"1","b":"2"}],"count":1}"""),
        ["demo__fail"] = (new JsonObject { ["how"] = "throw" }, "DemoError: This tool fails when it is asked to"),
        ["demo__slow"] = (new JsonObject { ["milliseconds"] = 40 }, """{"slept":40}"""),
        ["http__fetch"] = (new JsonObject { ["url"] = $"{server.Gateway.Http}alive" }, "\"status\":200"),
        ["json__query"] = (new JsonObject { ["data"] = new JsonObject { ["a"] = 7 }, ["query"] = "a" }, "7"),
        ["markdown__to-html"] = (new JsonObject { ["markdown"] = "# Hi" }, "<h1>Hi</h1>"),
        ["math__primes"] = (new JsonObject { ["below"] = 10 }, """{"count":4,"largest":7}"""),
        ["text__stats"] = (new JsonObject { ["text"] = "hello world" }, "\"words\":2"),
    };

    [Fact]
    public async Task The_client_of_CSharp_lists_and_calls_them_all()
    {
        await using var client = await server.ConnectAsync();

        var tools = await client.ListToolsAsync(cancellationToken: Cancellation);

        Assert.Equal(Calls.Keys.Order(StringComparer.Ordinal), tools.Select(tool => tool.Name));
        foreach (var tool in tools)
        {
            var (arguments, text) = Calls[tool.Name];
            var result = await tool.CallAsync(arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value), cancellationToken: Cancellation);
            Assert.Equal(tool.Name == "demo__fail", result.IsError ?? false);
            Assert.Contains(text, Assert.IsType<ModelContextProtocol.Protocol.TextContentBlock>(Assert.Single(result.Content)).Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(TypeScriptClient.Sdk)]
    [InlineData(TypeScriptClient.Client)]
    public async Task The_clients_of_TypeScript_list_and_call_them_all(string sdk)
    {
        await using var client = await TypeScriptClient.ConnectAsync(sdk, server.Endpoint);

        var tools = (await client.ListAsync()).Select(tool => tool!["name"]!.GetValue<string>()).ToList();

        Assert.Equal(Calls.Keys.Order(StringComparer.Ordinal), tools);
        foreach (var tool in tools)
        {
            var (arguments, text) = Calls[tool];
            var (result, progress) = await client.CallAsync(tool, arguments);
            Assert.Equal(tool == "demo__slow", progress > 0);
            Assert.Equal(tool == "demo__fail", result["isError"]?.GetValue<bool>() ?? false);
            Assert.Contains(text, Assert.Single(result["content"]!.AsArray())!["text"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }
}
