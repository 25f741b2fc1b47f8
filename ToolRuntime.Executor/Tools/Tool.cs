using System.Diagnostics.CodeAnalysis;
using ToolRuntime.Contracts.V1;
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
/// <param name="Settings">What holds for its calls; null where it cannot run.</param>
internal sealed record Tool(
    string Id, string Description, string Key, WorkerModule? Module, ToolSettings? Settings, string LoadError)
{
    /// <summary>The JSON Schema of the input; empty where there is none to show.</summary>
    public string InputSchema { get; init; } = "";

    /// <summary>The JSON Schema of the result; empty where there is none to show.</summary>
    public string OutputSchema { get; init; } = "";

    /// <summary>What it says of its effects; null where it says nothing. Nobody changes it.</summary>
    public ToolAnnotations? Annotations { get; init; }

    /// <summary>Whether it can run, be it as it was before its last change.</summary>
    [MemberNotNullWhen(true, nameof(Module), nameof(Settings))]
    public bool CanRun => Module is not null && Settings is not null;

    public static Tool Broken(string id, string reason) => new(id, "", "", null, null, reason);

    /// <summary>This version, which goes on running since a newer one cannot be loaded.</summary>
    public Tool InsteadOf(string reason) => this with { LoadError = reason };

    /// <summary>Whether a worker of the one can serve calls of the other.</summary>
    public bool RunsAs(Tool other) =>
        CanRun && other.CanRun && Id == other.Id && Key == other.Key && Module == other.Module && Settings.IsSameAs(other.Settings);
}
