using Microsoft.Win32.SafeHandles;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>Lets a thread that waits for descriptors be woken up by another.</summary>
internal sealed unsafe class WakeUp : IDisposable
{
    private readonly SafeFileHandle _eventfd = new(Libc.eventfd(0, Libc.EFD_CLOEXEC), ownsHandle: true);

    /// <summary>Readable once it is set, until it is reset.</summary>
    public int Descriptor => (int)_eventfd.DangerousGetHandle();

    public void Set()
    {
        ulong one = 1;
        _ = Libc.write(Descriptor, &one, sizeof(ulong));
    }

    public void Reset()
    {
        ulong count;
        _ = Libc.read(Descriptor, &count, sizeof(ulong));
    }

    public void Dispose() => _eventfd.Dispose();
}
