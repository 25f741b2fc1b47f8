using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>Sets what the kernel lets a started process use; what it starts in turn inherits that.</summary>
internal static unsafe class ResourceLimits
{
    /// <exception cref="ProcessStartException">The system refused a limit.</exception>
    public static void Apply(int pid, ProcessLimits limits)
    {
        // First: a process that is running already must not get far without it.
        Set(pid, Libc.RLIMIT_AS, (ulong)limits.AddressSpaceBytes);
        var cpuSeconds = (ulong)Math.Max(1, Math.Ceiling(limits.CpuTime.TotalSeconds));
        Set(pid, Libc.RLIMIT_CPU, cpuSeconds, cpuSeconds + 1);
        Set(pid, Libc.RLIMIT_NOFILE, (ulong)limits.OpenFiles);
        Set(pid, Libc.RLIMIT_CORE, 0);
    }

    /// <summary>Limits a process that runs already, with nothing to hold it back meanwhile.</summary>
    /// <exception cref="ProcessStartException">The system refused a limit.</exception>
    /// <exception cref="LimitTooLateException">The process was faster.</exception>
    public static void ApplyInTime(int pid, ProcessLimits limits)
    {
        Apply(pid, limits);
        if (CameTooLate(pid, limits))
        {
            throw new LimitTooLateException(limits.AddressSpaceBytes);
        }
    }

    // Bun reserves gigabytes as it starts, and does with less only where they are refused; with more than its limit in hand
    // it gets nothing more, and aborts.
    private static bool CameTooLate(int pid, ProcessLimits limits)
    {
        var descriptor = Libc.open($"/proc/{pid}/statm", Libc.O_RDONLY | Libc.O_CLOEXEC);
        if (descriptor < 0)
        {
            return false;
        }

        // Its first number is the size in pages.
        var text = stackalloc byte[128];
        var length = (int)Libc.read(descriptor, text, 128);
        _ = Libc.close(descriptor);
        return Utf8Parser.TryParse(new ReadOnlySpan<byte>(text, Math.Max(length, 0)), out long pages, out _)
            && pages * Environment.SystemPageSize > limits.AddressSpaceBytes;
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
