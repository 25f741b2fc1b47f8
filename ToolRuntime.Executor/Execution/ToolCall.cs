namespace ToolRuntime.Executor.Execution;

/// <summary>A call that has been checked.</summary>
/// <param name="Input">Valid JSON.</param>
/// <param name="Config">Valid JSON.</param>
/// <param name="Timeout">As the caller asked; null where it did not.</param>
internal sealed record ToolCall(
    string ToolId,
    string ExecutionId,
    ReadOnlyMemory<byte> Input,
    ReadOnlyMemory<byte> Config,
    IReadOnlyDictionary<string, string> Environment,
    TimeSpan? Timeout);
