using ToolRuntime.Executor.Processes.Posix.Forks;
using ToolRuntime.Executor.Processes.Sandbox;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>
/// Starts processes on Linux, and holds those that have rules to them as <paramref name="mode"/> can. A program that can be
/// forked is, unless each process has namespaces of its own.
/// </summary>
internal sealed class PosixProcessLauncher(SandboxMode mode = SandboxMode.None, ForkServers? forkServers = null) : IProcessLauncher
{
    public async Task<IChildProcess> StartAsync(ProcessSpec spec) =>
        await ForkAsync(spec) ?? await PosixProcess.StartAsync(spec, mode);

    private async Task<IChildProcess?> ForkAsync(ProcessSpec spec)
    {
        if (forkServers is null || spec.ForkArguments is null || mode == SandboxMode.Strict)
        {
            return null;
        }

        try
        {
            return await forkServers.FindAsync(spec) is { } server ? await server.ForkAsync(spec, mode) : null;
        }
        catch (ForkServerException)
        {
            // It has ended just now; the next process has another.
            return null;
        }
    }
}
