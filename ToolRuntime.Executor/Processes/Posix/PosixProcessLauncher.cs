using ToolRuntime.Executor.Processes.Sandbox;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>Starts processes on Linux, and holds those that have rules to them as <paramref name="mode"/> can.</summary>
internal sealed class PosixProcessLauncher(SandboxMode mode = SandboxMode.None) : IProcessLauncher
{
    public async Task<IChildProcess> StartAsync(ProcessSpec spec) => await PosixProcess.StartAsync(spec, mode);
}
