namespace ToolRuntime.Executor.Workers;

/// <summary>One version of a tool, as a worker loads it.</summary>
/// <param name="Key">Its name among the module's exports; empty for a module that is one tool.</param>
/// <param name="Profile">What its workers may; null where that is what all may, so that any waiting worker can load it.</param>
internal sealed record WorkerTool(WorkerModule Module, string Key, WorkerProfile? Profile);
