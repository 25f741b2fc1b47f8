namespace ToolRuntime.Executor.Workers;

/// <summary>A bundled module that workers load.</summary>
/// <param name="BundlePath">The bundle's file.</param>
/// <param name="Folder">The folder of its source.</param>
/// <param name="IsEntrypoint">Whether its exports are tools each, or its default export is the one tool.</param>
internal sealed record WorkerModule(string BundlePath, string Folder, bool IsEntrypoint);
