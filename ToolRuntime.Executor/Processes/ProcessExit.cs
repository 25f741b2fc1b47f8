namespace ToolRuntime.Executor.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">The exit code, 0 to 255; 128 + n for signal n.</param>
/// <param name="Signal">The signal's name, as <c>SIGKILL</c>; empty where the process exited by itself.</param>
/// <param name="CpuTime">User and system time of the process and the children it waited for; zero where unknown.</param>
internal readonly record struct ProcessExit(int Code, string Signal, TimeSpan CpuTime)
{
    public bool WasSignaled => Signal.Length > 0;

    public override string ToString() => WasSignaled ? $"signal {Signal}" : $"exit code {Code}";
}
