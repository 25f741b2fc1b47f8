namespace ToolRuntime.Executor.Processes.Posix.Forks;

/// <summary>There is no fork server, or none any more. What it was to start can be started otherwise.</summary>
internal sealed class ForkServerException(string message, Exception? inner = null) : Exception(message, inner);
