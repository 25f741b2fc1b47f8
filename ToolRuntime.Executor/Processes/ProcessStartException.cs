namespace ToolRuntime.Executor.Processes;

/// <summary>The system refused to start a process.</summary>
internal sealed class ProcessStartException(string message, Exception? inner = null) : Exception(message, inner);
