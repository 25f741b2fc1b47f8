namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>One call of posix_spawn, with everything set that a worker needs and nothing inherited that it does not.</summary>
internal static unsafe class Spawn
{
    /// <summary>Starts <paramref name="spec"/> in a process group of its own.</summary>
    /// <param name="restrictThread">Called last, since much is refused to this thread from then on.</param>
    /// <returns>The process's id.</returns>
    public static int Start(ProcessSpec spec, IReadOnlyDictionary<int, int> descriptors, Action? restrictThread = null)
    {
        var actions = stackalloc byte[Libc.OpaqueSize];
        var attributes = stackalloc byte[Libc.OpaqueSize];
        Check(Libc.posix_spawn_file_actions_init(actions), spec);
        Check(Libc.posix_spawnattr_init(attributes), spec);
        try
        {
            AddFileActions(actions, spec, descriptors);
            SetAttributes(attributes, spec);
            using var arguments = new CStringArray([spec.FileName, .. spec.Arguments]);
            using var environment = new CStringArray([.. spec.Environment.Select(pair => $"{pair.Key}={pair.Value}")]);
            restrictThread?.Invoke();
            int pid;
            Check(Libc.posix_spawn(&pid, spec.FileName, actions, attributes, arguments.Pointer, environment.Pointer), spec);
            return pid;
        }
        finally
        {
            _ = Libc.posix_spawn_file_actions_destroy(actions);
            _ = Libc.posix_spawnattr_destroy(attributes);
        }
    }

    private static void AddFileActions(void* actions, ProcessSpec spec, IReadOnlyDictionary<int, int> descriptors)
    {
        Check(Libc.posix_spawn_file_actions_addchdir_np(actions, spec.WorkingDirectory), spec);
        Check(Libc.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", Libc.O_RDONLY, 0), spec);
        foreach (var (target, source) in descriptors)
        {
            Check(Libc.posix_spawn_file_actions_adddup2(actions, source, target), spec);
        }
    }

    // .NET ignores SIGPIPE and blocks some signals on its threads; a child that inherited that would not die as others do.
    private static void SetAttributes(void* attributes, ProcessSpec spec)
    {
        var all = stackalloc byte[Libc.OpaqueSize];
        var none = stackalloc byte[Libc.OpaqueSize];
        _ = Libc.sigfillset(all);
        _ = Libc.sigemptyset(none);
        Check(Libc.posix_spawnattr_setpgroup(attributes, 0), spec);
        Check(Libc.posix_spawnattr_setsigdefault(attributes, all), spec);
        Check(Libc.posix_spawnattr_setsigmask(attributes, none), spec);
        const short flags = Libc.POSIX_SPAWN_SETPGROUP | Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK;
        Check(Libc.posix_spawnattr_setflags(attributes, flags), spec);
    }

    private static void Check(int error, ProcessSpec spec)
    {
        if (error != 0)
        {
            throw new ProcessStartException($"{spec.FileName} could not be started: {Libc.Describe(error)}");
        }
    }
}
