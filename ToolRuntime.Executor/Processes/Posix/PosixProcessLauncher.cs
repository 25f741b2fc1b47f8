namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>Starts processes on Linux.</summary>
internal sealed class PosixProcessLauncher : IProcessLauncher
{
    public async Task<IChildProcess> StartAsync(ProcessSpec spec) => await PosixProcess.StartAsync(spec);
}
