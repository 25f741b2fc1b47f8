using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace ToolRuntime.Executor.Workers;

/// <summary>Where Bun is: as the settings say, else as npm installed it, else on PATH.</summary>
internal sealed class BunExecutable(IOptions<ExecutorOptions> options)
{
    /// <exception cref="FileNotFoundException">There is no Bun.</exception>
    public string Path { get; } = Find(options.Value.BunPath);

    private static string Find(string configured)
    {
        if (configured.Length > 0)
        {
            return File.Exists(configured)
                ? System.IO.Path.GetFullPath(configured)
                : throw new FileNotFoundException($"{ExecutorOptions.Section}:{nameof(ExecutorOptions.BunPath)} names no file: {configured}");
        }

        return Candidates().FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(
            "Bun was not found: run npm ci in the repository's root, or set "
            + $"{ExecutorOptions.Section}:{nameof(ExecutorOptions.BunPath)}.");
    }

    private static IEnumerable<string> Candidates()
    {
        var file = OperatingSystem.IsWindows() ? "bun.exe" : "bun";
        var package = System.IO.Path.Combine("node_modules", "@oven", $"bun-{Platform()}", "bin", file);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return System.IO.Path.Combine(folder.FullName, package);
        }

        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (var folder in path.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return System.IO.Path.Combine(folder, file);
        }
    }

    private static string Platform()
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return RuntimeInformation.OSArchitecture == Architecture.Arm64 ? $"{system}-aarch64" : $"{system}-x64";
    }
}
