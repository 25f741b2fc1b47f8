namespace ToolRuntime.Executor.Processes.Sandbox;

/// <summary>The sandbox that the settings ask for cannot be had here.</summary>
internal sealed class SandboxUnavailableException(string message) : Exception(message);
