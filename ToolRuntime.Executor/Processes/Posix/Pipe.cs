using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>A pipe between the executor and a child: one end as a stream, the other to be given to the child.</summary>
internal sealed class Pipe : IDisposable
{
    // Above every descriptor that a child gets, so that handing one over never overwrites another.
    public const int LowestDescriptor = 10;

    // The most that a system gives a user without privileges, unless it has been told otherwise.
    private const int WideCapacity = 1024 * 1024;

    private readonly SafePipeHandle _ourEnd;
    private readonly SafePipeHandle _childEnd;
    private bool _isWide;

    private Pipe(PipeDirection ours, SafePipeHandle ourEnd, SafePipeHandle childEnd)
    {
        Stream = new AnonymousPipeClientStream(ours, ourEnd);
        _ourEnd = ourEnd;
        _childEnd = childEnd;
    }

    /// <summary>Our end, read or written without blocking a thread.</summary>
    public Stream Stream { get; }

    public int Descriptor => (int)_ourEnd.DangerousGetHandle();

    /// <summary>Whether something waits to be read from it.</summary>
    public unsafe bool IsUnread
    {
        get
        {
            int unread;
            return Libc.ioctl(Descriptor, Libc.FIONREAD, (nint)(&unread)) == 0 && unread > 0;
        }
    }

    public int ChildDescriptor => (int)_childEnd.DangerousGetHandle();

    /// <summary>A pipe that we write to.</summary>
    public static Pipe ToChild() => Create(PipeDirection.Out);

    /// <summary>A pipe that we read from.</summary>
    public static Pipe FromChild() => Create(PipeDirection.In);

    /// <summary>Has it hold a megabyte, if the system lets it: a user's pipes share what they may hold.</summary>
    public void Widen()
    {
        if (!_isWide)
        {
            _isWide = true;
            _ = Libc.fcntl(Descriptor, Libc.F_SETPIPE_SZ, WideCapacity);
        }
    }

    /// <summary>Closes the child's end here, so that the stream ends when the child's own copies are closed.</summary>
    public void CloseChildEnd() => _childEnd.Dispose();

    public void Dispose()
    {
        CloseChildEnd();
        Stream.Dispose();
    }

    private static unsafe Pipe Create(PipeDirection ours)
    {
        var ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0)
        {
            throw new ProcessStartException($"No pipe could be made: {Libc.Describe(Marshal.GetLastPInvokeError())}");
        }

        var (our, child) = ours == PipeDirection.In ? (ends[0], ends[1]) : (ends[1], ends[0]);
        return new Pipe(ours, new SafePipeHandle(our, ownsHandle: true), new SafePipeHandle(Raise(child), ownsHandle: true));
    }

    private static int Raise(int descriptor)
    {
        if (descriptor >= LowestDescriptor)
        {
            return descriptor;
        }

        var raised = Libc.fcntl(descriptor, Libc.F_DUPFD_CLOEXEC, LowestDescriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Libc.close(descriptor);
        return raised >= 0
            ? raised
            : throw new ProcessStartException($"No pipe could be made: {Libc.Describe(error)}");
    }
}
