using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Processes;

namespace ToolRuntime.Executor.Workers;

/// <summary>What became of a call in a worker.</summary>
internal abstract record WorkerReply;

/// <summary>The tool returned a value.</summary>
/// <param name="Json">The value, as valid UTF-8 JSON.</param>
internal sealed record ToolReturned(ReadOnlyMemory<byte> Json) : WorkerReply;

/// <summary>The tool's schema refused the input, and the tool was not called.</summary>
/// <param name="Violations">At least one.</param>
internal sealed record InputRefused(IReadOnlyList<FieldViolation> Violations) : WorkerReply;

/// <summary>The call failed.</summary>
/// <param name="Kind">Where.</param>
/// <param name="Type">The exception's class as the tool threw it, or one of <see cref="FaultTypes"/>.</param>
/// <param name="Stack">JavaScript's stack; empty where there is none.</param>
/// <param name="Process">How the process ended, where it ended before it answered.</param>
internal sealed record ToolFailed(
    ErrorKind Kind, string Type, string Message, string Stack = "", ProcessExit? Process = null) : WorkerReply;
