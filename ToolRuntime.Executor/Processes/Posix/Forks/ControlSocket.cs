using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace ToolRuntime.Executor.Processes.Posix.Forks;

/// <summary>The socket between the executor and a fork server: messages in JSON, and descriptors that go with them.</summary>
internal sealed unsafe class ControlSocket : IDisposable
{
    private const int MaxMessage = 64 * 1024;

    private readonly SafeFileHandle _ours;
    private readonly SafeFileHandle _theirs;
    private readonly byte[] _received = new byte[MaxMessage];

    public ControlSocket()
    {
        var ends = stackalloc int[2];
        if (Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_SEQPACKET | Libc.SOCK_CLOEXEC, 0, ends) != 0)
        {
            throw new ForkServerException($"No socket could be made: {Libc.Describe(Marshal.GetLastPInvokeError())}");
        }

        _ours = new SafeFileHandle(ends[0], ownsHandle: true);
        _theirs = new SafeFileHandle(ends[1], ownsHandle: true);
    }

    public int Descriptor => (int)_ours.DangerousGetHandle();

    public int ChildDescriptor => (int)_theirs.DangerousGetHandle();

    public void CloseChildEnd() => _theirs.Dispose();

    /// <exception cref="ForkServerException">The other side is gone.</exception>
    public void Send(ForkServerRequest request, ReadOnlySpan<int> descriptors = default)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(request, ForkMessages.Default.ForkServerRequest);

        // struct cmsghdr: its length, a level, a type; and the descriptors, padded.
        var length = sizeof(nint) + (2 * sizeof(int)) + (descriptors.Length * sizeof(int));
        var ancillary = stackalloc byte[(length + sizeof(nint) - 1) / sizeof(nint) * sizeof(nint)];
        *(nint*)ancillary = length;
        *(int*)(ancillary + sizeof(nint)) = Libc.SOL_SOCKET;
        *(int*)(ancillary + sizeof(nint) + sizeof(int)) = Libc.SCM_RIGHTS;
        descriptors.CopyTo(new Span<int>(ancillary + sizeof(nint) + (2 * sizeof(int)), descriptors.Length));
        fixed (byte* payload = json)
        {
            // struct msghdr: no name, one struct iovec, what goes with it, no flags.
            var vector = stackalloc nint[2] { (nint)payload, json.Length };
            var control = descriptors.IsEmpty ? 0 : (nint)ancillary;
            var message = stackalloc nint[7] { 0, 0, (nint)vector, 1, control, descriptors.IsEmpty ? 0 : length, 0 };
            while (Libc.sendmsg(Descriptor, message, Libc.MSG_NOSIGNAL) < 0)
            {
                ThrowUnlessInterrupted();
            }
        }
    }

    /// <summary>Waits for the next message.</summary>
    /// <exception cref="ForkServerException">The other side is gone.</exception>
    public ForkServerAnswer Receive()
    {
        nint length;
        fixed (byte* buffer = _received)
        {
            while ((length = Libc.recv(Descriptor, buffer, MaxMessage, 0)) < 0)
            {
                ThrowUnlessInterrupted();
            }
        }

        return length > 0
            ? JsonSerializer.Deserialize(_received.AsSpan(0, (int)length), ForkMessages.Default.ForkServerAnswer)!
            : throw new ForkServerException("The fork server has ended.");
    }

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
    }

    private static void ThrowUnlessInterrupted()
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Libc.EINTR)
        {
            throw new ForkServerException($"The fork server cannot be reached: {Libc.Describe(error)}");
        }
    }
}
