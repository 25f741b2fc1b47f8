namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>Reads what wait4 tells of an ended process.</summary>
internal static class WaitStatus
{
    private const int SignalMask = 0x7f;

    /// <param name="status">The status word: a signal in its low seven bits, or else an exit code in the next eight.</param>
    /// <param name="usage">The start of a struct rusage: seconds and microseconds, user then system.</param>
    public static ProcessExit Read(int status, ReadOnlySpan<long> usage)
    {
        return Read(status, TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]));
    }

    public static ProcessExit Read(int status, TimeSpan cpu)
    {
        var signal = status & SignalMask;
        return signal == 0
            ? new ProcessExit((status >> 8) & 0xff, "", cpu)
            : new ProcessExit(128 + signal, SignalNames.Of(signal), cpu);
    }
}
