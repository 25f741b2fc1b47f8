using System.Collections.Frozen;
using System.Text.Json;
using ModelContextProtocol.Server;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Executors;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>
/// The executors' tools as MCP's clients see them. To the SDK it is a collection without members of its own, whose changes it
/// tells its sessions.
/// </summary>
internal sealed partial class McpToolList(ExecutorDirectory directory, ILogger<McpToolList> logger)
    : McpServerPrimitiveCollection<McpServerTool>, IHostedService
{
    private readonly Lock _changing = new();
    private IReadOnlyList<Tool> _source = [];
    private volatile FrozenDictionary<string, McpTool> _byName = FrozenDictionary<string, McpTool>.Empty;
    private volatile IReadOnlyList<McpTool> _tools = [];

    /// <summary>Ordered by id.</summary>
    public IReadOnlyList<McpTool> Tools => _tools;

    public McpTool? Find(string name) => _byName.GetValueOrDefault(name);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        directory.Changed += Follow;
        Follow();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        directory.Changed -= Follow;
        return Task.CompletedTask;
    }

    private void Follow()
    {
        lock (_changing)
        {
            var source = directory.Tools;
            if (source.SequenceEqual(_source))
            {
                return;
            }

            _source = source;
            var byName = new Dictionary<string, McpTool>(StringComparer.Ordinal);
            // A model would choose one that cannot run all the same.
            foreach (var tool in source.Where(tool => !tool.NeverLoaded).Select(Describe))
            {
                if (!byName.TryAdd(tool.Definition.Name, tool))
                {
                    Log.Clash(logger, tool.ToolId, byName[tool.Definition.Name].ToolId, tool.Definition.Name);
                }
            }

            _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
            _tools = [.. byName.Values];
        }

        RaiseChanged();
    }

    private McpTool Describe(Tool tool)
    {
        try
        {
            return McpTool.Of(tool);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            Log.BadSchema(logger, exception, tool.Id);
            return McpTool.Of(new Tool(tool) { InputSchema = Google.Protobuf.ByteString.Empty, OutputSchema = Google.Protobuf.ByteString.Empty });
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The tool {Tool} is not offered over MCP: {Other} has the name {Name} already.")]
        public static partial void Clash(ILogger logger, string tool, string other, string name);

        [LoggerMessage(2, LogLevel.Warning, "The tool {Tool} is offered over MCP without its schemas, which cannot be read.")]
        public static partial void BadSchema(ILogger logger, Exception exception, string tool);
    }
}
