using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Bench.Scenarios;

/// <summary>A call of an MCP server over stdio, with the official SDKs on both sides.</summary>
internal sealed class McpServer : IScenario
{
    private readonly McpClient _client;
    private readonly string _text;
    private readonly Dictionary<string, object?> _arguments;

    private McpServer(McpClient client, string text)
    {
        _client = client;
        _text = text;
        _arguments = new Dictionary<string, object?> { ["text"] = text };
    }

    /// <param name="input">A JSON string.</param>
    public static async Task<McpServer> StartAsync(BunExecutable bun, string input)
    {
        var transport = new StdioClientTransport(new StdioClientTransportOptions
        {
            Name = "echo",
            Command = bun.Path,
            Arguments = [Path.Combine(AppContext.BaseDirectory, "baselines", "mcp-server.ts")],
        });
        return new McpServer(await McpClient.CreateAsync(transport), JsonSerializer.Deserialize<string>(input)!);
    }

    public Task PrepareAsync() => Task.CompletedTask;

    public async Task CallAsync()
    {
        var result = await _client.CallToolAsync("echo", _arguments);
        var text = result.Content is [TextContentBlock block] ? block.Text : "";
        Answer.Check(text == _text, text);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
