using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>
/// The process that bwrap runs. bwrap's child, the first process of the namespace, starts it and is its parent; so that it
/// cannot be waited for, and bwrap tells an exit code of 128 + n as it tells signal n. A pidfd knows the difference.
/// </summary>
internal sealed unsafe class NamespacedProcess : IDisposable
{
    // bwrap starts it right after its own.
    private const int IdInside = 2;

    private readonly int _first;
    private readonly int _id;
    private readonly SafeFileHandle _process;

    private NamespacedProcess(int first, int id, SafeFileHandle process)
    {
        _first = first;
        _id = id;
        _process = process;
    }

    /// <summary>
    /// Limits the namespace that bwrap has made, lets bwrap start the process in it, and finds that.
    /// </summary>
    /// <returns>Null where the kernel (before Linux 6.15) cannot find it or tell its exit: bwrap's word is all there is then.</returns>
    /// <exception cref="ProcessStartException">bwrap failed before it started the process.</exception>
    public static NamespacedProcess? Release(int bwrap, ProcessLimits? limits, Stream info, Stream release)
    {
        var first = ReadFirst(info);
        if (limits is not null)
        {
            ResourceLimits.Apply(first, limits);
        }

        using var ids = Descriptor(Libc.open($"/proc/{first}/ns/pid", Libc.O_RDONLY | Libc.O_CLOEXEC));
        release.WriteByte(1);
        release.Dispose();
        if (ids.IsInvalid)
        {
            return null;
        }

        int id;
        while ((id = Libc.ioctl((int)ids.DangerousGetHandle(), Libc.NS_GET_TGID_FROM_PIDNS, IdInside)) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.ESRCH)
            {
                return null;
            }

            if (HasEnded(bwrap))
            {
                throw new ProcessStartException("bwrap ended before it started the process");
            }

            Thread.Sleep(TimeSpan.FromMilliseconds(1));
        }

        var process = Descriptor((int)Libc.syscall(Libc.SYS_pidfd_open, id, 0, 0, 0));
        if (process.IsInvalid)
        {
            return null;
        }

        // A stopped first process reaps nothing, so what has ended stays to be asked for its CPU time.
        _ = Libc.kill(first, Libc.SIGSTOP);
        return new NamespacedProcess(first, id, process);
    }

    public void Signal(int signal) => Libc.syscall(Libc.SYS_pidfd_send_signal, _process.DangerousGetHandle(), signal, 0, 0);

    /// <summary>Waits for its end, and lets bwrap end upon it.</summary>
    /// <returns>Its CPU time.</returns>
    public TimeSpan WaitForEnd()
    {
        var poll = new PollDescriptor { Descriptor = (int)_process.DangerousGetHandle(), Events = Libc.POLLIN };
        while (Libc.poll(&poll, 1, -1) < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR)
        {
        }

        // The clock of another process's CPU time, as clock_getcpuclockid makes it.
        var time = stackalloc long[2];
        var known = Libc.clock_gettime((~_id << 3) | 2, time) == 0;
        _ = Libc.kill(_first, Libc.SIGCONT);
        return known ? TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1] / 1000) : TimeSpan.Zero;
    }

    /// <summary>How it ended, once the first process has reaped it; null where the kernel cannot tell.</summary>
    public int? ReadWaitStatus()
    {
        var info = new ProcessInfo { Mask = Libc.PIDFD_INFO_EXIT };
        var known = Libc.ioctl((int)_process.DangerousGetHandle(), Libc.PIDFD_GET_INFO, (nint)(&info)) == 0
            && (info.Mask & Libc.PIDFD_INFO_EXIT) != 0;
        return known ? info.ExitCode : null;
    }

    public void Dispose() => _process.Dispose();

    private static int ReadFirst(Stream info)
    {
        // bwrap writes it as JSON, when the namespaces are made and before what is in them is.
        using var reader = new StreamReader(info, Encoding.UTF8);
        var json = reader.ReadToEnd();
        if (json.Length == 0)
        {
            throw new ProcessStartException("bwrap made no namespaces");
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("child-pid").GetInt32();
    }

    private static bool HasEnded(int bwrap)
    {
        // siginfo_t begins with the signal's number, which stays 0 while there is nothing to wait for.
        var info = stackalloc int[Libc.OpaqueSize / sizeof(int)];
        info[0] = 0;
        return Libc.waitid(Libc.P_PID, bwrap, info, Libc.WEXITED | Libc.WNOWAIT | Libc.WNOHANG) == 0 && info[0] != 0;
    }

    private static SafeFileHandle Descriptor(int descriptor) => new(descriptor, ownsHandle: true);

    /// <summary>The first version of struct pidfd_info.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct ProcessInfo
    {
        [FieldOffset(0)]
        public ulong Mask;

        [FieldOffset(60)]
        public int ExitCode;
    }
}
