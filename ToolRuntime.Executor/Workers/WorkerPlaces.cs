namespace ToolRuntime.Executor.Workers;

/// <summary>The folders that every worker needs.</summary>
/// <param name="Tools">The tools' root, which workers run in, and see all of or only what is theirs.</param>
/// <param name="Bundles">Where bundled tools lie.</param>
/// <param name="Programs">Where the compiled worker lies.</param>
/// <param name="Scratch">Where each worker gets a folder of its own to write to.</param>
internal sealed record WorkerPlaces(string Tools, string Bundles, string Programs, string Scratch);
