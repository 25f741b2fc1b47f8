namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>
/// A seccomp filter for what Landlock does not hold: UDP, sockets with a path (such as a container engine's, which is root),
/// the limits of other processes, and children that run nothing but Bun itself.
/// </summary>
internal static class SystemCallFilter
{
    private const uint Allow = 0x7FFF0000;
    private const uint Refuse = 0x00050000;
    private const uint Ask = 0x7FC00000;

    private const uint EPERM = 1;
    private const uint EACCES = 13;
    private const uint ENOSYS = 38;

    private const uint CloneThread = 0x00010000;

    // Where struct seccomp_data has them. Of an argument only the lower half is looked at.
    private const uint Number = 0;
    private const uint Architecture = 4;
    private const uint FirstArgument = 16;

    // Internet, and netlink, by which a name's look-up learns of the interfaces.
    private static readonly uint[] NetworkFamilies = [2, 10, 16];

    public static byte[] Build(SystemCalls calls, SandboxRules rules, FilterMoment moment)
    {
        var program = new FilterProgram();
        var fork = moment == FilterMoment.BeforeFork ? Ask : Refuse | EPERM;

        // Calls of another architecture or of x32 have other numbers.
        program.Load(Architecture).UnlessEqual(calls.Architecture, Refuse | ENOSYS);
        program.Load(Number).IfAtLeast(0x40000000, Refuse | ENOSYS);

        // A ring makes sockets without the call for it.
        program.IfEqual(SystemCalls.IoUringSetup, Refuse | ENOSYS);
        program.Within(calls.Socket, inner =>
        {
            inner.Load(FirstArgument);
            foreach (var family in rules.Network ? NetworkFamilies : [])
            {
                inner.IfEqual(family, Allow);
            }

            inner.Return(Refuse | EACCES);
        });
        if (!rules.ChildProcesses)
        {
            // What clone3 is asked for cannot be seen; without it the C library takes clone.
            program.IfEqual(SystemCalls.Clone3, Refuse | ENOSYS);
            program.Within(calls.Prlimit, inner => inner.Load(FirstArgument).UnlessEqual(0, Refuse | EPERM).Return(Allow));
            foreach (var call in moment == FilterMoment.BeforeRun ? calls.Forks : calls.Forks.Concat(calls.Runs))
            {
                program.IfEqual(call, fork);
            }

            program.Within(calls.CloneTask, inner => inner.Load(FirstArgument).IfAnyBit(CloneThread, Allow).Return(fork));
        }

        return program.Return(Allow).ToArray();
    }
}
