namespace ToolRuntime.Executor.Workers.Pool;

/// <summary>A worker that a call has to itself.</summary>
/// <param name="NotLoaded">Why the worker has not loaded the tool; null where it has.</param>
internal readonly record struct TakenWorker(Worker Worker, WorkerTool Tool, Isolation Isolation, ToolFailed? NotLoaded);
