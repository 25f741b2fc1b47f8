using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ToolRuntime.Executor.Processes.Sandbox;

namespace ToolRuntime.Executor.Processes.Posix.Forks;

/// <summary>
/// A program that was started once and forks itself for each process that is wanted, so that what it does at its start is
/// done for all of them. It runs nothing of a tool's; a forked process takes on its limits and its rules before it does.
/// A thread of its own speaks with it: it starts the server, which ends with that thread, and sees to the ends of its children.
/// </summary>
internal sealed class ForkServer : IDisposable
{
    private const int ThreadStackSize = 256 * 1024;

    private readonly ProcessSpec _spec;
    private readonly ControlSocket _control = new();
    private readonly WakeUp _wakeUp = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<PendingFork> _pending = new();
    private readonly List<Child> _children = [];
    private int _id;
    private bool _hasEnded;
    private bool _isStopping;

    private ForkServer(ProcessSpec spec) => _spec = spec;

    /// <summary>Whether it forks nothing any more.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_pending)
            {
                return _hasEnded;
            }
        }
    }

    /// <summary>Starts the program of <paramref name="spec"/> as a fork server.</summary>
    /// <exception cref="ForkServerException">It cannot be one.</exception>
    public static async Task<ForkServer> StartAsync(ProcessSpec spec)
    {
        var server = new ForkServer(spec);
        new Thread(server.Run, ThreadStackSize) { IsBackground = true, Name = "fork server" }.UnsafeStart();
        await server._ready.Task;
        return server;
    }

    /// <summary>
    /// Whether what it forks is what would be started for <paramref name="spec"/>. The engine has reserved its address space by
    /// the server's limit.
    /// </summary>
    public bool CanFork(ProcessSpec spec) =>
        spec.FileName == _spec.FileName
        && spec.ForkArguments!.SequenceEqual(_spec.ForkArguments!)
        && spec.WorkingDirectory == _spec.WorkingDirectory
        && spec.Limits?.AddressSpaceBytes == _spec.Limits?.AddressSpaceBytes;

    /// <exception cref="ForkServerException">The server has ended.</exception>
    /// <exception cref="ProcessStartException">The system refused to start it.</exception>
    public async Task<IChildProcess> ForkAsync(ProcessSpec spec, SandboxMode mode)
    {
        using var fork = new PendingFork(spec, mode, _spec.Environment);
        try
        {
            Enqueue(fork);
            return await fork.Process;
        }
        catch
        {
            fork.Pipes.Dispose();
            throw;
        }
    }

    /// <summary>Ends the server, and every process that it has forked.</summary>
    public void Dispose()
    {
        lock (_pending)
        {
            _isStopping = true;
            if (!_hasEnded)
            {
                _wakeUp.Set();
            }
        }
    }

    private void Enqueue(PendingFork fork)
    {
        lock (_pending)
        {
            if (_hasEnded)
            {
                throw new ForkServerException("The fork server has ended.");
            }

            _pending.Enqueue(fork);
            _wakeUp.Set();
        }
    }

    private void Run()
    {
        try
        {
            Start();
            _ready.SetResult();
            while (Wait())
            {
                ForkPending();
            }

            End(new ForkServerException("The fork server was stopped."));
        }
        catch (Exception exception)
        {
            End(exception as ForkServerException ?? new ForkServerException(exception.Message, exception));
        }
    }

    private void Start()
    {
        using var nowhere = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);
        using var errors = new SafeFileHandle(Libc.fcntl(2, Libc.F_DUPFD_CLOEXEC, Pipe.LowestDescriptor), ownsHandle: true);
        using var raised = new SafeFileHandle(
            Libc.fcntl((int)nowhere.DangerousGetHandle(), Libc.F_DUPFD_CLOEXEC, Pipe.LowestDescriptor), ownsHandle: true);
        var null1 = (int)raised.DangerousGetHandle();
        var spec = _spec with { Arguments = _spec.ForkArguments! };
        _id = Spawn.Start(
            spec.Limits is { } limits ? LimitedCommand.WrapAddressSpace(spec, limits) : spec,
            new Dictionary<int, int> { [1] = null1, [2] = (int)errors.DangerousGetHandle(), [3] = _control.ChildDescriptor, [4] = null1 });
        _control.CloseChildEnd();
        var answer = _control.Receive();
        if (answer.Ready is null)
        {
            throw new ForkServerException($"The fork server refused: {answer.Refused}");
        }
    }

    /// <summary>Waits for something to do, and sees to the children that have ended.</summary>
    /// <returns>False when the server is to stop.</returns>
    private bool Wait()
    {
        var descriptors = new PollDescriptor[_children.Count + 2];
        descriptors[0] = new PollDescriptor { Descriptor = _wakeUp.Descriptor, Events = Libc.POLLIN };
        descriptors[1] = new PollDescriptor { Descriptor = _control.Descriptor, Events = Libc.POLLIN };
        for (var i = 0; i < _children.Count; i++)
        {
            descriptors[i + 2] = new PollDescriptor { Descriptor = _children[i].Descriptor, Events = Libc.POLLIN };
        }

        PollDescriptor.WaitForAny(descriptors);

        // It speaks only when it is asked.
        if (descriptors[1].Returned != 0)
        {
            throw new ForkServerException("The fork server has ended.");
        }

        for (var i = _children.Count - 1; i >= 0; i--)
        {
            if (descriptors[i + 2].Returned != 0)
            {
                var child = _children[i];
                _children.RemoveAt(i);
                child.End(Reap);
            }
        }

        if (descriptors[0].Returned != 0)
        {
            _wakeUp.Reset();
        }

        lock (_pending)
        {
            return !_isStopping;
        }
    }

    private void ForkPending()
    {
        while (TryDequeue(out var fork))
        {
            try
            {
                Fork(fork);
            }
            catch (ForkServerException exception)
            {
                fork.Fail(exception);
                throw;
            }
        }
    }

    private void Fork(PendingFork fork)
    {
        _control.Send(new ForkServerRequest(Fork: fork.Request), fork.Descriptors);
        if (_control.Receive().Forked is not ({ } pid and > 0))
        {
            fork.Fail(new ProcessStartException("The system refused to fork a process."));
            return;
        }

        var child = new Child(new ForkedProcess(pid, fork.Pipes), pid);
        _children.Add(child);
        fork.Complete(child.Process);
    }

    private ProcessExit Reap(int pid)
    {
        _control.Send(new ForkServerRequest(Reap: pid));
        var answer = _control.Receive();
        return WaitStatus.Read(answer.Status ?? 0, TimeSpan.FromMicroseconds(answer.CpuMicroseconds ?? 0));
    }

    private bool TryDequeue([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PendingFork? fork)
    {
        lock (_pending)
        {
            return _pending.TryDequeue(out fork);
        }
    }

    // The children end with their server; how each would have, nobody knows then.
    private void End(ForkServerException reason)
    {
        PendingFork[] pending;
        lock (_pending)
        {
            _hasEnded = true;
            pending = [.. _pending];
            _pending.Clear();
            _wakeUp.Dispose();
        }

        _control.Dispose();
        KillAndReap();
        foreach (var child in _children)
        {
            PollDescriptor.WaitForAny([new PollDescriptor { Descriptor = child.Descriptor, Events = Libc.POLLIN }]);
            child.Dispose();
            child.Process.EndWithServer();
        }

        foreach (var fork in pending)
        {
            fork.Fail(reason);
        }

        _ready.TrySetException(reason);
    }

    private unsafe void KillAndReap()
    {
        if (_id > 0)
        {
            _ = Libc.kill(_id, Libc.SIGKILL);
            int status;
            while (Libc.wait4(_id, &status, 0, null) < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR)
            {
            }
        }
    }

    /// <summary>A forked process and the pidfd that tells its end.</summary>
    private sealed class Child(ForkedProcess process, int pid) : IDisposable
    {
        private readonly SafeFileHandle _pidfd = new((nint)Libc.syscall(Libc.SYS_pidfd_open, pid, 0, 0, 0), ownsHandle: true);

        public ForkedProcess Process => process;

        public int Descriptor => (int)_pidfd.DangerousGetHandle();

        public void End(Func<int, ProcessExit> reap)
        {
            Dispose();
            process.End(() => reap(pid));
        }

        public void Dispose() => _pidfd.Dispose();
    }
}
