namespace ToolRuntime.Executor.Processes;

/// <summary>What the kernel lets a process use.</summary>
/// <param name="CpuTime">Past it the process gets SIGXCPU, and SIGKILL a second later.</param>
/// <param name="AddressSpaceBytes">Past it memory is refused: the tool sees a RangeError, or the process aborts.</param>
/// <param name="OpenFiles">How many descriptors it may have open at once.</param>
internal sealed record ProcessLimits(TimeSpan CpuTime, long AddressSpaceBytes, int OpenFiles);
