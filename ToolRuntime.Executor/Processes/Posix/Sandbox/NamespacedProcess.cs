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

    private const int FindAttempts = 200;

    private readonly int _first;
    private readonly SafeFileHandle _process;

    private NamespacedProcess(int first, int id, SafeFileHandle process)
    {
        _first = first;
        Id = id;
        _process = process;
    }

    /// <summary>Its id outside of the namespace.</summary>
    public int Id { get; }

    /// <summary>
    /// Limits the namespace that bwrap has made, lets bwrap start the process in it, and finds that.
    /// </summary>
    /// <returns>
    /// Null where the kernel (before Linux 6.11) cannot find it, or it has ended already: bwrap's word is all there is then.
    /// </returns>
    /// <exception cref="ProcessStartException">bwrap failed before it started the process.</exception>
    public static NamespacedProcess? Release(ProcessLimits? limits, Stream info, Pipe release)
    {
        var first = ReadFirst(info);
        if (limits is not null)
        {
            ResourceLimits.Apply(first, limits);
        }

        using var ids = Descriptor(Libc.open($"/proc/{first}/ns/pid", Libc.O_RDONLY | Libc.O_CLOEXEC));
        HandOver(release);
        if (ids.IsInvalid || Find((int)ids.DangerousGetHandle()) is not { } id)
        {
            return null;
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
        var known = Libc.clock_gettime((~Id << 3) | 2, time) == 0;
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

    /// <summary>Writes what bwrap waits for, and returns when it has been read: a pipe of one page takes nothing more till then.</summary>
    private static void HandOver(Pipe release)
    {
        _ = Libc.fcntl(release.Descriptor, Libc.F_SETPIPE_SZ, Environment.SystemPageSize);
        release.Stream.WriteByte(1);
        var poll = new PollDescriptor { Descriptor = release.Descriptor, Events = Libc.POLLOUT };
        while (Libc.poll(&poll, 1, -1) < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR)
        {
        }

        if ((poll.Returned & Libc.POLLERR) != 0 && release.IsUnread)
        {
            throw new ProcessStartException("bwrap ended before it started the process");
        }
    }

    // bwrap is about to start it, or has done so. What has ended already, or an older kernel, leaves nothing to be found.
    private static int? Find(int ids)
    {
        for (var attempt = 0; attempt < FindAttempts; attempt++)
        {
            var id = Libc.ioctl(ids, Libc.NS_GET_TGID_FROM_PIDNS, IdInside);
            if (id > 0)
            {
                return id;
            }

            if (Marshal.GetLastPInvokeError() != Libc.ESRCH)
            {
                return null;
            }

            Thread.Sleep(attempt < FindAttempts / 2 ? 0 : 1);
        }

        return null;
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
