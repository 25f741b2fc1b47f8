using System.Runtime.InteropServices;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>A struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Events;
    public short Returned;

    /// <summary>Waits until there is something about one of them at least.</summary>
    public static unsafe void WaitForAny(Span<PollDescriptor> descriptors)
    {
        fixed (PollDescriptor* first = descriptors)
        {
            while (Libc.poll(first, (nuint)descriptors.Length, -1) < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR)
            {
            }
        }
    }
}
