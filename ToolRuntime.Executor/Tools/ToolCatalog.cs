using System.Collections.Frozen;
using ToolRuntime.Executor.Telemetry;

namespace ToolRuntime.Executor.Tools;

/// <summary>The tools that this executor knows. They are loaded before it takes its first call.</summary>
internal sealed partial class ToolCatalog(ToolLoader loader, RuntimeMetrics metrics, ILogger<ToolCatalog> logger) : IHostedService
{
    private FrozenDictionary<string, Tool> _byId = FrozenDictionary<string, Tool>.Empty;

    /// <summary>All tools by id, those that could not be loaded among them.</summary>
    public IReadOnlyList<Tool> Tools { get; private set; } = [];

    public Tool? Find(string id) => _byId.GetValueOrDefault(id);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Tools = await loader.LoadAsync(cancellationToken);
        _byId = Tools.ToFrozenDictionary(tool => tool.Id, StringComparer.Ordinal);
        foreach (var tool in Tools)
        {
            if (tool.LoadError.Length > 0)
            {
                Log.NotLoaded(logger, tool.Id, tool.LoadError);
            }

            if (ToolId.IsValid(tool.Id))
            {
                metrics.RegisterTool(tool.Id);
            }
        }

        Log.Loaded(logger, Tools.Count(tool => tool.Module is not null));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Count} tools are loaded.")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "The tool {ToolId} cannot be loaded: {Reason}")]
        public static partial void NotLoaded(ILogger logger, string toolId, string reason);
    }
}
