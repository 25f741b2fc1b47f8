using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>A tool of the catalog.</summary>
/// <param name="Key">Its name among its module's exports; empty for a module that is one tool.</param>
/// <param name="Module">What its workers load; null where it cannot be loaded.</param>
/// <param name="LoadError">Why it cannot be loaded; empty where it can.</param>
internal sealed record Tool(string Id, string Description, string Key, WorkerModule? Module, string LoadError)
{
    public static Tool Broken(string id, string reason) => new(id, "", "", null, reason);
}
