using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ToolRuntime.Executor.Processes.Sandbox;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>A process's rules as Landlock has them, for the thread or process that takes them on.</summary>
internal sealed unsafe class LandlockRuleset : IDisposable
{
    private readonly SafeFileHandle _ruleset;

    private LandlockRuleset(SafeFileHandle ruleset) => _ruleset = ruleset;

    public int Descriptor => (int)_ruleset.DangerousGetHandle();

    /// <param name="programs">What is started: with its loader, all that may be run unless child processes are allowed.</param>
    /// <exception cref="ProcessStartException">The kernel refused a rule, or a path of the rules does not exist.</exception>
    public static LandlockRuleset Create(SandboxRules rules, IReadOnlyList<string> programs)
    {
        var ruleset = new LandlockRuleset(Open(rules));
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

    public void Dispose() => _ruleset.Dispose();

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
