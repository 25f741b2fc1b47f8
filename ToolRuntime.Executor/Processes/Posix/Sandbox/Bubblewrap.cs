using System.ComponentModel;
using System.Diagnostics;

namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>The program bwrap, which starts another in namespaces of its own.</summary>
internal static class Bubblewrap
{
    private static readonly TimeSpan TrialTime = TimeSpan.FromSeconds(10);

    /// <summary>Where it is, or empty.</summary>
    public static string Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => System.IO.Path.Combine(folder, "bwrap"))
        .FirstOrDefault(File.Exists) ?? "";

    private static readonly Lazy<string?> Trial = new(() => Try(Path));

    /// <summary>Why it cannot be used, or null. It is tried once: systems may have it and forbid user namespaces.</summary>
    public static string? Unavailable => Trial.Value;

    /// <summary>Why the bwrap at <paramref name="path"/> cannot be used, or null.</summary>
    public static string? Try(string path)
    {
        if (!OperatingSystem.IsLinux() || path.Length == 0)
        {
            return "there is no bwrap on PATH.";
        }

        try
        {
            using var trial = Process.Start(new ProcessStartInfo(path, ["--unshare-all", "--ro-bind", "/", "/", path, "--version"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            if (!trial.WaitForExit(TrialTime))
            {
                trial.Kill();
                return $"{path} does not come to an end.";
            }

            return trial.ExitCode == 0 ? null : $"{path} ended with {trial.ExitCode}. {trial.StandardError.ReadToEnd().Trim()}";
        }
        catch (Win32Exception exception)
        {
            return exception.Message;
        }
    }
}
