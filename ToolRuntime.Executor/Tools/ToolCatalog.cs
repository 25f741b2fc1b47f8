using ToolRuntime.Executor.Telemetry;

namespace ToolRuntime.Executor.Tools;

/// <summary>
/// The tools that this executor knows. They are loaded before it takes its first call; a change replaces all of
/// <see cref="Current"/> at once, so that whoever holds a <see cref="Tool"/> or a <see cref="ToolSnapshot"/> goes on with
/// what it has.
/// </summary>
internal sealed partial class ToolCatalog(
    RuntimeMetrics runtimeMetrics, ToolRuntimeMetrics metrics, ILogger<ToolCatalog> logger)
{
    private readonly Lock _publishing = new();
    private volatile ToolSnapshot _current = ToolSnapshot.Empty;

    /// <summary>
    /// Tells of versions that could run and that no new call gets, by when none does any more: each tool whose worker would
    /// now be another's (see <see cref="Tool.RunsAs"/>). Raised one at a time; a handler must not wait.
    /// </summary>
    public event Action<IReadOnlyList<Tool>>? Retired;

    public ToolSnapshot Current => _current;

    /// <summary>All tools by id, those that could not be loaded among them.</summary>
    public IReadOnlyList<Tool> Tools => _current.Tools;

    public Tool? Find(string id) => _current.Find(id);

    /// <summary>Makes these the tools, where they are not already.</summary>
    /// <param name="tools">
    /// In any order. An id that is there more than once belongs to none of them but the one that had it; a name of MCP's that
    /// more than one id comes to belongs to the one that had it, or else the first.
    /// </param>
    public void Publish(IEnumerable<Tool> tools)
    {
        lock (_publishing)
        {
            var before = _current;
            var now = tools
                .GroupBy(tool => tool.Id, StringComparer.Ordinal)
                .Select(sameId => OneOf(sameId, before.Find(sameId.Key)))
                .GroupBy(tool => ToolId.McpNameOf(tool.Id), StringComparer.Ordinal)
                .SelectMany(sameName => NamedApart(sameName, before))
                .OrderBy(tool => tool.Id, StringComparer.Ordinal)
                .ToArray();
            if (before.Version > 0 && now.SequenceEqual(before.Tools))
            {
                return;
            }

            var snapshot = new ToolSnapshot(before.Version + 1, now);
            foreach (var tool in now.Where(tool => ToolId.IsValid(tool.Id) && before.Find(tool.Id) is null))
            {
                runtimeMetrics.RegisterTool(tool.Id);
                metrics.RegisterTool(tool.Id);
            }

            _current = snapshot;
            before.Replace();
            Report(before, snapshot);
            var retired = before.Tools
                .Where(tool => tool.Module is not null && !(snapshot.Find(tool.Id)?.RunsAs(tool) ?? false))
                .ToArray();
            if (retired.Length > 0)
            {
                Retired?.Invoke(retired);
            }
        }
    }

    private static Tool OneOf(IGrouping<string, Tool> sameId, Tool? before)
    {
        var count = sameId.Count();
        if (count == 1)
        {
            return sameId.First();
        }

        var reason = $"{count} modules or exports have this id.";
        return before?.Module is not null && sameId.FirstOrDefault(tool => tool.RunsAs(before)) is { } same
            ? same.InsteadOf(reason)
            : Tool.Broken(sameId.Key, reason);
    }

    private static IEnumerable<Tool> NamedApart(IGrouping<string, Tool> sameName, ToolSnapshot before)
    {
        var runnable = sameName.Where(tool => tool.CanRun).OrderBy(tool => tool.Id, StringComparer.Ordinal).ToArray();
        var owner = runnable.FirstOrDefault(tool => before.Find(tool.Id)?.CanRun ?? false) ?? runnable.FirstOrDefault();
        return sameName.Select(tool => tool.CanRun && tool.Id != owner!.Id
            ? Tool.Broken(tool.Id, $"MCP has the name {sameName.Key} for it and for '{owner.Id}'.")
            : tool);
    }

    private void Report(ToolSnapshot before, ToolSnapshot now)
    {
        foreach (var tool in now.Tools)
        {
            var old = before.Find(tool.Id);
            if (tool.LoadError.Length > 0 && tool.LoadError != old?.LoadError)
            {
                if (tool.Module is null)
                {
                    Log.NotLoaded(logger, tool.Id, tool.LoadError);
                }
                else
                {
                    Log.Kept(logger, tool.Id, tool.LoadError);
                }
            }
            else if (before.Version > 0 && tool.LoadError.Length == 0 && !tool.Equals(old))
            {
                Log.Changed(logger, tool.Id);
            }
        }

        foreach (var tool in before.Tools.Where(tool => now.Find(tool.Id) is null))
        {
            Log.Removed(logger, tool.Id);
        }

        Log.Loaded(logger, now.Tools.Count(tool => tool.Module is not null));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Count} tools are loaded.")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "The tool {ToolId} cannot be loaded: {Reason}")]
        public static partial void NotLoaded(ILogger logger, string toolId, string reason);

        [LoggerMessage(3, LogLevel.Warning, "The tool {ToolId} stays as it was, since its change cannot be loaded: {Reason}")]
        public static partial void Kept(ILogger logger, string toolId, string reason);

        [LoggerMessage(4, LogLevel.Information, "The tool {ToolId} is new, or has a new version.")]
        public static partial void Changed(ILogger logger, string toolId);

        [LoggerMessage(5, LogLevel.Information, "The tool {ToolId} is no more.")]
        public static partial void Removed(ILogger logger, string toolId);
    }
}
