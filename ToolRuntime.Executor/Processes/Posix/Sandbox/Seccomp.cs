using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>Puts system call filters in force.</summary>
internal static unsafe class Seccomp
{
    /// <summary>Whether the kernel has filters and can ask a listener. Inside another sandbox it may not.</summary>
    public static bool IsAvailable { get; } = Try();

    /// <summary>Filters this thread, and all that it starts from now on. It must not be able to gain privileges.</summary>
    /// <param name="asks">Whether the filter asks a listener.</param>
    /// <returns>The listener, or null.</returns>
    public static SafeFileHandle? FilterThread(SystemCalls calls, byte[] program, bool asks)
    {
        fixed (byte* instructions = program)
        {
            // struct sock_fprog: a count in two bytes, padded, and a pointer.
            var filter = stackalloc nint[2] { program.Length / 8, (nint)instructions };
            var result = Libc.syscall(
                (nint)calls.Seccomp, Libc.SECCOMP_SET_MODE_FILTER, asks ? Libc.SECCOMP_FILTER_FLAG_NEW_LISTENER : 0, (nint)filter, 0);
            if (result < 0)
            {
                throw new ProcessStartException(
                    $"System calls could not be filtered: {Libc.Describe(Marshal.GetLastPInvokeError())}");
            }

            return asks ? new SafeFileHandle((nint)result, ownsHandle: true) : null;
        }
    }

    // In a thread that ends with it. The filter allows everything.
    private static bool Try()
    {
        if (!OperatingSystem.IsLinux() || SystemCalls.Current is not { } calls)
        {
            return false;
        }

        var available = false;
        var thread = new Thread(() =>
        {
            try
            {
                _ = Libc.prctl(Libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
                FilterThread(calls, new FilterProgram().Return(0x7FFF0000).ToArray(), asks: true)?.Dispose();
                available = true;
            }
            catch (ProcessStartException)
            {
                // Refused: it is not available.
            }
        });
        thread.UnsafeStart();
        thread.Join();
        return available;
    }
}
