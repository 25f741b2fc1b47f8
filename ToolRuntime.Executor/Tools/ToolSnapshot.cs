using System.Collections.Frozen;

namespace ToolRuntime.Executor.Tools;

/// <summary>The catalog at one moment. It never changes; a change makes another.</summary>
/// <param name="Version">Counts from the first load, which is 1.</param>
/// <param name="Tools">All tools in the order of their ids, those that could not be loaded among them.</param>
internal sealed record ToolSnapshot(long Version, IReadOnlyList<Tool> Tools)
{
    private readonly FrozenDictionary<string, Tool> _byId = Tools.ToFrozenDictionary(tool => tool.Id, StringComparer.Ordinal);
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static ToolSnapshot Empty { get; } = new(0, []);

    /// <summary>Completes once the catalog has a newer one.</summary>
    public Task Replaced => _replaced.Task;

    public Tool? Find(string id) => _byId.GetValueOrDefault(id);

    public void Replace() => _replaced.TrySetResult();
}
