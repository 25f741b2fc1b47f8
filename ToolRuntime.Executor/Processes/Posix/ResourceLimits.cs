using System.Runtime.InteropServices;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>Sets what the kernel lets a started process use; what it starts in turn inherits that.</summary>
internal static unsafe class ResourceLimits
{
    /// <exception cref="ProcessStartException">The system refused a limit.</exception>
    public static void Apply(int pid, ProcessLimits limits)
    {
        foreach (var (resource, soft, hard) in Of(limits))
        {
            Set(pid, resource, soft, hard);
        }
    }

    /// <summary>The limits as the kernel has them.</summary>
    public static IEnumerable<(int Resource, ulong Soft, ulong Hard)> Of(ProcessLimits limits)
    {
        // First: a process that is running already must not get far without it.
        yield return (Libc.RLIMIT_AS, (ulong)limits.AddressSpaceBytes, (ulong)limits.AddressSpaceBytes);
        var (cpuSoft, cpuHard) = CpuSeconds(limits);
        yield return (Libc.RLIMIT_CPU, cpuSoft, cpuHard);
        yield return (Libc.RLIMIT_NOFILE, (ulong)limits.OpenFiles, (ulong)limits.OpenFiles);
        yield return (Libc.RLIMIT_CORE, 0, 0);
    }

    /// <summary>The seconds of CPU time at which a process is told, and at which it is killed.</summary>
    public static (ulong Soft, ulong Hard) CpuSeconds(ProcessLimits limits)
    {
        var seconds = (ulong)Math.Max(1, Math.Ceiling(limits.CpuTime.TotalSeconds));
        return (seconds, seconds + 1);
    }

    /// <summary>The value, or what the executor itself is limited to where that is less: only root could raise it.</summary>
    public static ulong AtMost(int resource, ulong value)
    {
        var limit = stackalloc ulong[2];
        return Libc.prlimit(0, resource, null, limit) == 0 ? Math.Min(value, limit[1]) : value;
    }

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
