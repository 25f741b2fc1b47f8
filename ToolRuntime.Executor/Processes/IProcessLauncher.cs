namespace ToolRuntime.Executor.Processes;

/// <summary>Starts processes in the way that the system allows best.</summary>
internal interface IProcessLauncher
{
    /// <exception cref="ProcessStartException">The system refused to start it.</exception>
    Task<IChildProcess> StartAsync(ProcessSpec spec);
}
