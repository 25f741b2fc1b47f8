using System.Diagnostics;
using System.Runtime.InteropServices;
using ToolRuntime.Executor.Processes.Posix.Sandbox;
using ToolRuntime.Executor.Processes.Sandbox;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>
/// A process started by posix_spawn and reaped by wait4, which tell an exit code from a signal; the framework's
/// <see cref="Process.ExitCode"/> does not. A thread of its own starts it and waits for it: the signal that ends a child
/// with its parent (PR_SET_PDEATHSIG) fires when the thread that started it ends.
/// </summary>
internal sealed class PosixProcess : IChildProcess
{
    private const int ThreadStackSize = 256 * 1024;

    private readonly ChildPipes _pipes = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProcessExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _reaping = new();
    private NamespacedProcess? _inside;
    private int _child;
    private bool _reaped;

    private PosixProcess()
    {
    }

    public int Id => _inside?.Id ?? _child;

    public Stream Requests => _pipes.Requests;

    public Stream Responses => _pipes.Responses;

    public Stream Output => _pipes.Output;

    public Stream Error => _pipes.Error;

    public bool IsUnread(Stream stream) => _pipes.IsUnread(stream);

    public void Widen(Stream stream) => _pipes.Widen(stream);

    public Task<ProcessExit> Exited => _exited.Task;

    /// <exception cref="ProcessStartException">The system refused to start it.</exception>
    public static async Task<PosixProcess> StartAsync(ProcessSpec spec, SandboxMode mode)
    {
        PrepareForRestrictedThreads();
        var process = new PosixProcess();
        var thread = new Thread(() => process.Run(spec, mode), ThreadStackSize) { IsBackground = true, Name = "tool process" };
        thread.UnsafeStart();
        try
        {
            await process._started.Task;
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public void Terminate() => Signal(Libc.SIGTERM);

    public void Kill() => Signal(Libc.SIGKILL);

    public void Dispose() => _pipes.Dispose();

    private void Run(ProcessSpec spec, SandboxMode mode)
    {
        try
        {
            Start(spec, mode);
        }
        catch (Exception exception)
        {
            _reaped = true;
            Relay.Run(() => _started.SetException(exception));
            return;
        }

        _pipes.CloseChildEnds();
        Relay.Run(_started.SetResult);
        var exit = Reap();
        Relay.Run(() => _exited.SetResult(exit));
    }

    private void Start(ProcessSpec spec, SandboxMode mode)
    {
        switch (spec.Sandbox, mode)
        {
            case ({ } rules, SandboxMode.Landlock):
                var limited = RestrictedThread.SetsLimits(rules) ? spec : Limited(spec);
                using (var ruleset = LandlockRuleset.Create(rules, [spec.FileName, limited.FileName]))
                {
                    _child = Spawn.Start(limited, _pipes.Descriptors(), new RestrictedThread(ruleset, rules, spec.Limits).Enter);
                }

                break;
            case ({ } rules, SandboxMode.Strict):
                StartInNamespaces(spec, rules);
                break;
            default:
                _child = Spawn.Start(Limited(spec), _pipes.Descriptors());
                break;
        }
    }

    private void StartInNamespaces(ProcessSpec spec, SandboxRules rules)
    {
        using var info = Pipe.FromChild();
        using var release = Pipe.ToChild();
        var descriptors = _pipes.Descriptors();
        descriptors[BubblewrapCommand.InfoDescriptor] = info.ChildDescriptor;
        descriptors[BubblewrapCommand.ReleaseDescriptor] = release.ChildDescriptor;
        using var filter = Pipe.ToChild();
        if (Seccomp.IsAvailable)
        {
            filter.Stream.Write(SystemCallFilter.Build(SystemCalls.Current!, rules, FilterMoment.BeforeRun));
        }

        filter.Stream.Dispose();
        descriptors[BubblewrapCommand.FilterDescriptor] = filter.ChildDescriptor;
        _child = Spawn.Start(BubblewrapCommand.Wrap(spec, rules), descriptors);
        info.CloseChildEnd();
        release.CloseChildEnd();
        Release(spec.Limits, info.Stream, release);
    }

    private static ProcessSpec Limited(ProcessSpec spec) => spec.Limits is { } limits ? LimitedCommand.Wrap(spec, limits) : spec;

    // What is started and cannot be released must not be left behind.
    private void Release(ProcessLimits? limits, Stream info, Pipe release)
    {
        try
        {
            _inside = NamespacedProcess.Release(limits, info, release);
        }
        catch (Exception exception)
        {
            _ = Libc.kill(-_child, Libc.SIGKILL);
            ReapChild();
            _pipes.CloseChildEnds();
            var said = new StreamReader(Error).ReadToEnd().Trim();
            throw new ProcessStartException(said.Length > 0 ? $"{exception.Message}: {said}" : exception.Message, exception);
        }
    }

    private ProcessExit Reap()
    {
        if (_inside is null)
        {
            return ReapChild();
        }

        var cpuTime = _inside.WaitForEnd();
        var bwrap = ReapChild();
        cpuTime += bwrap.CpuTime;
        var status = _inside.ReadWaitStatus();
        _inside.Dispose();
        return status is { } known ? WaitStatus.Read(known, cpuTime) : bwrap with { CpuTime = cpuTime };
    }

    private unsafe ProcessExit ReapChild()
    {
        var info = stackalloc byte[Libc.OpaqueSize];
        while (Libc.waitid(Libc.P_PID, _child, info, Libc.WEXITED | Libc.WNOWAIT) != 0)
        {
            ThrowUnlessInterrupted();
        }

        // Until it is reaped the id is still the process's own, and so is its group: what is left of it ends here.
        lock (_reaping)
        {
            _ = Libc.kill(-_child, Libc.SIGKILL);
            _reaped = true;
            int status;
            var usage = stackalloc long[Libc.OpaqueSize / sizeof(long)];
            while (Libc.wait4(_child, &status, 0, usage) < 0)
            {
                ThrowUnlessInterrupted();
            }

            return WaitStatus.Read(status, new ReadOnlySpan<long>(usage, 4));
        }
    }

    // What a restricted thread needs must be loaded before it is: it cannot read the framework's own files any more.
    private static void PrepareForRestrictedThreads()
    {
        Relay.EnsureStarted();
        Libc.EnsureBound();
    }

    private void Signal(int signal)
    {
        lock (_reaping)
        {
            if (!_reaped)
            {
                Send(signal);
            }
        }
    }

    // A signal to bwrap's group would end bwrap, and with it at once whatever it was that should be asked to end.
    private void Send(int signal)
    {
        if (_inside is null)
        {
            _ = Libc.kill(-_child, signal);
        }
        else
        {
            _inside.Signal(signal);
        }
    }

    private void ThrowUnlessInterrupted()
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Libc.EINTR)
        {
            throw new UnreachableException($"Process {_child} cannot be waited for: {Libc.Describe(error)}");
        }
    }
}
