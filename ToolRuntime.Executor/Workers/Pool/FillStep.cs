namespace ToolRuntime.Executor.Workers.Pool;

/// <summary>One step towards a full pool.</summary>
/// <param name="Tool">The tool to load; null to leave the worker without one.</param>
/// <param name="Unassigned">The worker to load it in; null to start one.</param>
internal sealed record FillStep(WorkerTool? Tool, Worker? Unassigned);
