namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>
/// A process had more than its address space before it was limited. It was ended; another attempt may well be faster.
/// </summary>
internal sealed class LimitTooLateException(long bytes) : Exception($"Address space could not be limited to {bytes} bytes in time");
