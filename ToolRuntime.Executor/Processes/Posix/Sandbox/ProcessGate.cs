using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>
/// Lets a thread whose filter asks about new processes start one, the tool's own, which is limited before it runs anything.
/// Then the gate closes, and the kernel refuses all others to the thread and to what it has started.
/// </summary>
internal sealed unsafe class ProcessGate(SafeFileHandle listener, SystemCalls calls, ProcessLimits? limits)
{
    private const int Patience = 10_000;
    private const int EPERM = 1;

    /// <summary>Answers from another thread than the one that asks, which waits for it.</summary>
    public void LetOneThrough()
    {
        using (listener)
        {
            var descriptor = (int)listener.DangerousGetHandle();

            // struct seccomp_notif: an id, whose question it is, and the call as struct seccomp_data. And
            // struct seccomp_notif_resp: the id, a value, an error, and whether the call goes on.
            var question = stackalloc byte[80];
            var answer = stackalloc byte[24];
            while (IsAsked(descriptor))
            {
                new Span<byte>(question, 80).Clear();
                if (Libc.ioctl(descriptor, Libc.SECCOMP_IOCTL_NOTIF_RECV, (nint)question) != 0)
                {
                    return;
                }

                var runs = calls.Runs.Contains(*(uint*)(question + 16));
                var goesOn = !runs || Limit(*(int*)(question + 8));
                new Span<byte>(answer, 24).Clear();
                *(ulong*)answer = *(ulong*)question;
                *(int*)(answer + 16) = goesOn ? 0 : -EPERM;
                *(uint*)(answer + 20) = goesOn ? Libc.SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
                _ = Libc.ioctl(descriptor, Libc.SECCOMP_IOCTL_NOTIF_SEND, (nint)answer);
                if (runs)
                {
                    return;
                }
            }
        }
    }

    // False, too, where nobody is left that could ask.
    private static bool IsAsked(int descriptor)
    {
        var poll = new PollDescriptor { Descriptor = descriptor, Events = Libc.POLLIN };
        while (Libc.poll(&poll, 1, Patience) < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR)
        {
        }

        return (poll.Returned & Libc.POLLIN) != 0;
    }

    private bool Limit(int pid)
    {
        try
        {
            if (limits is not null)
            {
                ResourceLimits.Apply(pid, limits);
            }

            return true;
        }
        catch (ProcessStartException)
        {
            return false;
        }
    }
}
