using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ToolRuntime.Executor.Processes.Sandbox;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>A process's rules as Landlock has them, made before the thread that starts it takes them on.</summary>
internal sealed unsafe class LandlockRuleset : IDisposable
{
    private readonly SafeFileHandle _ruleset;
    private readonly byte[]? _filter;
    private readonly ProcessLimits? _limits;

    private readonly bool _asks;

    private LandlockRuleset(SafeFileHandle ruleset, SandboxRules rules, ProcessLimits? limits)
    {
        _ruleset = ruleset;
        _limits = limits;
        _asks = SetsLimits(rules);
        _filter = Seccomp.IsAvailable ? SystemCallFilter.Build(SystemCalls.Current!, rules, ask: true) : null;
    }

    /// <summary>Whether what is started has its limits before it runs anything.</summary>
    public static bool SetsLimits(SandboxRules rules) => Seccomp.IsAvailable && !rules.ChildProcesses;

    /// <param name="programs">What is started: with its loader, all that may be run unless child processes are allowed.</param>
    /// <exception cref="ProcessStartException">The kernel refused a rule, or a path of the rules does not exist.</exception>
    public static LandlockRuleset Create(SandboxRules rules, IReadOnlyList<string> programs, ProcessLimits? limits)
    {
        var ruleset = new LandlockRuleset(Open(rules), rules, limits);
        try
        {
            ruleset.AllowSystem(rules, programs);
            var run = rules.ChildProcesses ? LandlockAccess.Execute : LandlockAccess.None;
            ruleset.Allow(rules.ReadablePaths, LandlockAccess.Read | run);
            ruleset.Allow(rules.WritablePaths, LandlockAccess.Write | run);
            return ruleset;
        }
        catch
        {
            ruleset.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes the rules on, for this thread and all that it starts from now on. There is no way back; and where child processes
    /// are not allowed, the thread can start one process.
    /// </summary>
    public void RestrictThread()
    {
        if (Libc.prctl(Libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
            || Libc.syscall(Libc.SYS_landlock_restrict_self, Descriptor, 0, 0, 0) != 0)
        {
            throw Landlock.Error("Landlock could not be put in force");
        }

        Capabilities.DropFromThread();
        if (_filter is not null && Seccomp.FilterThread(SystemCalls.Current!, _filter, asks: _asks) is { } listener)
        {
            Relay.Run(new ProcessGate(listener, SystemCalls.Current!, _limits).LetOneThrough);
        }
    }

    public void Dispose() => _ruleset.Dispose();

    private nint Descriptor => _ruleset.DangerousGetHandle();

    private static SafeFileHandle Open(SandboxRules rules)
    {
        // struct landlock_ruleset_attr: rights on files (ABI 1), on the network (4), scopes (6).
        var attributes = stackalloc ulong[3];
        attributes[0] = (ulong)Landlock.Handled;
        attributes[1] = rules.Network ? 0 : Libc.LANDLOCK_ACCESS_NET_BIND_TCP | Libc.LANDLOCK_ACCESS_NET_CONNECT_TCP;
        attributes[2] = Libc.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | Libc.LANDLOCK_SCOPE_SIGNAL;
        var size = sizeof(ulong) * (Landlock.HoldsSignals ? 3 : Landlock.HoldsTcp ? 2 : 1);
        var descriptor = Libc.syscall(Libc.SYS_landlock_create_ruleset, (nint)attributes, size, 0, 0);
        return descriptor >= 0
            ? new SafeFileHandle((nint)descriptor, ownsHandle: true)
            : throw Landlock.Error("Landlock refused a set of rules");
    }

    private void AllowSystem(SandboxRules rules, IReadOnlyList<string> programs)
    {
        AllowPresent(SystemPaths.Readable, LandlockAccess.Read);
        AllowPresent(SystemPaths.Machine, LandlockAccess.Read);

        // A rule for /proc/self made here would be one for the executor. Of processes outside the sandbox Landlock refuses
        // what is private (environ, maps, mem, fd …) whatever the rules; their command lines and states can be read.
        AllowPresent([SystemPaths.Processes], LandlockAccess.ReadFile);
        AllowPresent(SystemPaths.Devices, LandlockAccess.ReadFile | LandlockAccess.WriteFile | LandlockAccess.DeviceIoctl);
        AllowPresent([.. programs, .. SystemPaths.Loaders], LandlockAccess.ReadFile | LandlockAccess.Execute);
        if (rules.Network)
        {
            AllowPresent(SystemPaths.Network, LandlockAccess.Read);
        }

        if (rules.ChildProcesses)
        {
            AllowPresent(SystemPaths.Programs, LandlockAccess.Read | LandlockAccess.Execute);
        }
    }

    private void AllowPresent(IEnumerable<string> paths, LandlockAccess access) => Allow(paths.Where(Path.Exists), access);

    private void Allow(IEnumerable<string> paths, LandlockAccess access)
    {
        foreach (var path in paths)
        {
            Allow(path, access);
        }
    }

    private void Allow(string path, LandlockAccess access)
    {
        var descriptor = Libc.open(path, Libc.O_PATH | Libc.O_CLOEXEC);
        if (descriptor < 0)
        {
            throw Landlock.Error($"The sandbox cannot allow {path}");
        }

        try
        {
            access &= Landlock.Handled & (Directory.Exists(path) ? (LandlockAccess)ulong.MaxValue : LandlockAccess.OnFiles);

            // struct landlock_path_beneath_attr is packed: eight bytes of rights, four of a descriptor.
            var rule = stackalloc byte[12];
            MemoryMarshal.Write(new Span<byte>(rule, 8), (ulong)access);
            MemoryMarshal.Write(new Span<byte>(rule + 8, 4), descriptor);
            if (Libc.syscall(Libc.SYS_landlock_add_rule, Descriptor, Libc.LANDLOCK_RULE_PATH_BENEATH, (nint)rule, 0) != 0)
            {
                throw Landlock.Error($"The sandbox cannot allow {path}");
            }
        }
        finally
        {
            _ = Libc.close(descriptor);
        }
    }
}
