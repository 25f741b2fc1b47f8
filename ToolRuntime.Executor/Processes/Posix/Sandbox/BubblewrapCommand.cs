using System.Globalization;
using ToolRuntime.Executor.Processes.Sandbox;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>The command line that starts a process by bwrap, with nothing of the system visible but what it is given.</summary>
internal static class BubblewrapCommand
{
    /// <summary>The descriptor on which bwrap waits, the namespaces made, before it starts the process.</summary>
    public const int ReleaseDescriptor = 5;

    /// <summary>The descriptor to which bwrap writes the id of the process that is the namespace's first.</summary>
    public const int InfoDescriptor = 6;

    /// <summary>The descriptor from which bwrap reads the filter of system calls.</summary>
    public const int FilterDescriptor = 7;

    // What is written to a tmpfs is memory that the limit of address space does not count.
    private const int TemporaryBytes = 64 * 1024 * 1024;

    /// <exception cref="ProcessStartException">A path of the rules does not exist.</exception>
    public static ProcessSpec Wrap(ProcessSpec spec, SandboxRules rules) => spec with
    {
        FileName = Bubblewrap.Path,
        Arguments = [.. Options(spec, rules), "--", spec.FileName, .. spec.Arguments],
        WorkingDirectory = "/",
    };

    private static IEnumerable<string> Options(ProcessSpec spec, SandboxRules rules)
    {
        string[] options =
        [
            "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--hostname", "tool",
            "--block-fd", Text(ReleaseDescriptor), "--info-fd", Text(InfoDescriptor),
            "--proc", "/proc", "--dev", "/dev",
            "--size", Text(TemporaryBytes), "--tmpfs", "/dev/shm", "--size", Text(TemporaryBytes), "--tmpfs", "/tmp",
        ];
        return
        [
            .. options,
            .. Seccomp.IsAvailable ? ["--seccomp", Text(FilterDescriptor)] : Array.Empty<string>(),
            .. rules.Network ? ["--share-net"] : Array.Empty<string>(),
            .. Binds("--ro-bind", System(rules).Where(Path.Exists)),
            .. Binds("--ro-bind", [spec.FileName]),
            .. Binds("--ro-bind", rules.ReadablePaths.Select(Present)),
            .. Binds("--bind", rules.WritablePaths.Select(Present)),

            // Last: before that bwrap makes the folders in it that the others are bound to.
            "--remount-ro", "/", "--chdir", spec.WorkingDirectory,
        ];
    }

    private static IEnumerable<string> System(SandboxRules rules) =>
    [
        .. rules.ChildProcesses ? SystemPaths.Programs : [],
        .. SystemPaths.Readable,
        .. SystemPaths.Machine,
        .. rules.Network ? SystemPaths.Network : [],
    ];

    private static IEnumerable<string> Binds(string option, IEnumerable<string> paths) =>
        paths.SelectMany(path => new[] { option, path, path });

    private static string Present(string path) => Path.Exists(path)
        ? path
        : throw new ProcessStartException($"The sandbox cannot allow {path}: there is no such file or folder.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
