using System.Runtime.InteropServices;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>Sets what the kernel lets a started process use; what it starts in turn inherits that.</summary>
internal static unsafe class ResourceLimits
{
    /// <exception cref="ProcessStartException">The system refused a limit.</exception>
    public static void Apply(int pid, ProcessLimits limits)
    {
        var cpuSeconds = (ulong)Math.Max(1, Math.Ceiling(limits.CpuTime.TotalSeconds));
        Set(pid, Libc.RLIMIT_CPU, cpuSeconds, cpuSeconds + 1);
        Set(pid, Libc.RLIMIT_AS, (ulong)limits.AddressSpaceBytes);
        Set(pid, Libc.RLIMIT_NOFILE, (ulong)limits.OpenFiles);
        Set(pid, Libc.RLIMIT_CORE, 0);
    }

    private static void Set(int pid, int resource, ulong value) => Set(pid, resource, value, value);

    // A limit that the executor itself is under stays: only root could raise it.
    private static void Set(int pid, int resource, ulong soft, ulong hard)
    {
        var limit = stackalloc ulong[2];
        if (Libc.prlimit(pid, resource, null, limit) == 0)
        {
            limit[0] = Math.Min(soft, limit[1]);
            limit[1] = Math.Min(hard, limit[1]);
            if (Libc.prlimit(pid, resource, limit, null) == 0)
            {
                return;
            }
        }

        throw new ProcessStartException($"A limit could not be set: {Libc.Describe(Marshal.GetLastPInvokeError())}");
    }
}
