using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Execution;

/// <summary>How a call that reached a tool ended.</summary>
/// <param name="Duration">From arrival to the answer.</param>
internal sealed record ToolExecution(ToolCall Call, Outcome Outcome, WorkerReply Reply, TimeSpan Duration);
