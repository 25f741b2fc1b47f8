namespace ToolRuntime.Executor.Processes.Portable;

/// <summary>
/// Starts processes where the system is not Linux. An end by a signal shows as its exit code, 128 + n. Limits are not
/// enforced, and no rules are: a sandbox that is asked for where there is none is an error of the executor's start.
/// </summary>
internal sealed class PortableProcessLauncher : IProcessLauncher
{
    public Task<IChildProcess> StartAsync(ProcessSpec spec) => Task.FromResult<IChildProcess>(PortableProcess.Start(spec));
}
