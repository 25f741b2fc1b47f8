namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>A thread that starts a process under its rules: it takes them on itself first, and passes them on.</summary>
internal sealed class RestrictedThread(LandlockRuleset ruleset, SandboxRules rules, ProcessLimits? limits)
{
    // Made before, since a restricted thread can load nothing that it needs.
    private readonly byte[]? _filter =
        Seccomp.IsAvailable ? SystemCallFilter.Build(SystemCalls.Current!, rules, FilterMoment.BeforeFork) : null;

    private readonly bool _asks = SetsLimits(rules);

    /// <summary>Whether what is started has its limits before it runs anything.</summary>
    public static bool SetsLimits(SandboxRules rules) => Seccomp.IsAvailable && !rules.ChildProcesses;

    /// <summary>
    /// Takes the rules on, for this thread and all that it starts from now on. There is no way back; and where child processes
    /// are not allowed, the thread can start one process.
    /// </summary>
    public void Enter()
    {
        if (Libc.prctl(Libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
            || Libc.syscall(Libc.SYS_landlock_restrict_self, ruleset.Descriptor, 0, 0, 0) != 0)
        {
            throw Landlock.Error("Landlock could not be put in force");
        }

        Capabilities.DropFromThread();
        if (_filter is not null && Seccomp.FilterThread(SystemCalls.Current!, _filter, asks: _asks) is { } listener)
        {
            Relay.Run(new ProcessGate(listener, SystemCalls.Current!, limits).LetOneThrough);
        }
    }
}
