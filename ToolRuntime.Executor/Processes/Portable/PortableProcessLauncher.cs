namespace ToolRuntime.Executor.Processes.Portable;

/// <summary>Starts processes where the system is not Linux. An end by a signal shows as its exit code, 128 + n.</summary>
internal sealed class PortableProcessLauncher : IProcessLauncher
{
    public Task<IChildProcess> StartAsync(ProcessSpec spec) => Task.FromResult<IChildProcess>(PortableProcess.Start(spec));
}
