using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>One version of a tool. A call holds it, and ends on it whatever becomes of the catalog.</summary>
/// <param name="Key">Its name among its module's exports; empty for a module that is one tool.</param>
/// <param name="Module">
/// What its workers load; null where it cannot run. Its bundle's path names the bundle's content, so that equal modules are
/// equal versions.
/// </param>
/// <param name="LoadError">
/// Why it, or its last version, cannot be loaded; empty where it can. With a <paramref name="Module"/> beside it the tool
/// runs nevertheless, as it was before.
/// </param>
internal sealed record Tool(string Id, string Description, string Key, WorkerModule? Module, string LoadError)
{
    public static Tool Broken(string id, string reason) => new(id, "", "", null, reason);

    /// <summary>This version, which goes on running since a newer one cannot be loaded.</summary>
    public Tool InsteadOf(string reason) => this with { LoadError = reason };

    /// <summary>Whether a worker of the one can serve calls of the other.</summary>
    public bool RunsAs(Tool other) => Id == other.Id && Key == other.Key && Module == other.Module;
}
