using System.Globalization;

namespace ToolRuntime.Executor.Processes.Posix;

/// <summary>
/// Has a process limited before it runs, where nothing else holds it back for that: the shell takes the limits on itself,
/// and then becomes the program. Limits set from outside would come too late for one that reserves its memory first.
/// </summary>
internal static class LimitedCommand
{
    private const string Shell = "/bin/sh";

    /// <exception cref="ProcessStartException">There is no such program.</exception>
    public static ProcessSpec Wrap(ProcessSpec spec, ProcessLimits limits) => Wrap(spec, Script(limits));

    /// <summary>Limits the address space only, by which the engine decides how much of it to reserve.</summary>
    /// <exception cref="ProcessStartException">There is no such program.</exception>
    public static ProcessSpec WrapAddressSpace(ProcessSpec spec, ProcessLimits limits) => Wrap(spec, AddressSpace(limits));

    private static ProcessSpec Wrap(ProcessSpec spec, string script)
    {
        if (!File.Exists(spec.FileName))
        {
            throw new ProcessStartException($"{spec.FileName} could not be started: there is no such file.");
        }

        return spec with
        {
            FileName = Shell,
            Arguments = ["-c", $"{script} && unset PWD OLDPWD && exec \"$0\" \"$@\"", spec.FileName, .. spec.Arguments],
            Limits = null,
        };
    }

    private static string Script(ProcessLimits limits)
    {
        var (cpuSoft, cpuHard) = ResourceLimits.CpuSeconds(limits);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            ulimit -c 0 && ulimit -S -t {ResourceLimits.AtMost(Libc.RLIMIT_CPU, cpuSoft)} && ulimit -H -t {ResourceLimits.AtMost(Libc.RLIMIT_CPU, cpuHard)} &&
            ulimit -n {ResourceLimits.AtMost(Libc.RLIMIT_NOFILE, (ulong)limits.OpenFiles)} &&
            {AddressSpace(limits)}
            """);
    }

    private static string AddressSpace(ProcessLimits limits) => string.Create(
        CultureInfo.InvariantCulture, $"ulimit -v {ResourceLimits.AtMost(Libc.RLIMIT_AS, (ulong)limits.AddressSpaceBytes) / 1024}");
}
