using System.Text.Json.Nodes;
using ToolRuntime.Tests.Panels;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>A client by one of the official TypeScript SDKs, in Bun, which is told what to do and tells what it saw.</summary>
internal sealed class TypeScriptClient : IAsyncDisposable
{
    /// <summary>The SDK with sessions, which most hosts have.</summary>
    public const string Sdk = "sdk";

    /// <summary>Its successor, here without sessions.</summary>
    public const string Client = "client";

    private readonly RunningProcess _process;
    private int _read;

    private TypeScriptClient(RunningProcess process) => _process = process;

    public static async Task<TypeScriptClient> ConnectAsync(string sdk, Uri endpoint)
    {
        var client = new TypeScriptClient(PanelsProcess.StartBun(
            [Path.Combine(PanelsProcess.Repository, "ToolRuntime.Tests", "Gateway", "Mcp", "client", "main.ts"), sdk, endpoint.ToString()]));
        await client.NextAsync("connected");
        return client;
    }

    public async Task<JsonArray> ListAsync()
    {
        await TellAsync(new JsonObject { ["do"] = "list" });
        return (await NextAsync("listed"))["tools"]!.AsArray();
    }

    public async Task StartCallAsync(string tool, JsonNode arguments, bool cancelOnProgress = false) => await TellAsync(new JsonObject
    {
        ["do"] = "call",
        ["tool"] = tool,
        ["arguments"] = arguments.DeepClone(),
        ["cancelOnProgress"] = cancelOnProgress,
    });

    public async Task<(JsonNode Result, int Progress)> CallAsync(string tool, JsonNode arguments)
    {
        await StartCallAsync(tool, arguments);
        for (var progress = 0; ; progress++)
        {
            var told = await NextAsync();
            if (EventOf(told) != "progress")
            {
                Assert.True(EventOf(told) == "result", told.ToJsonString());
                return (told["result"]!, progress);
            }
        }
    }

    /// <summary>Waits for the next thing that it tells, which is to be the named one.</summary>
    public async Task<JsonNode> NextAsync(string expected)
    {
        var told = await NextAsync();
        Assert.True(EventOf(told) == expected, $"Expected {expected}: {told.ToJsonString()}");
        return told;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string EventOf(JsonNode told) => told["event"]!.GetValue<string>();

    private async Task<JsonNode> NextAsync()
    {
        await Eventually.True(
            () => Task.FromResult(_process.Lines.Count > _read || _process.HasExited), "what the client tells", found: () => _process.Output);
        Assert.True(_process.Lines.Count > _read, _process.Output);
        return JsonNode.Parse(_process.Lines[_read++])!;
    }

    private Task TellAsync(JsonObject command) => _process.WriteLineAsync(command.ToJsonString());
}
