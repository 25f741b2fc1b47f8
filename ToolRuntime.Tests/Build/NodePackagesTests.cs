using System.Diagnostics;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Build;

/// <summary>What a build says where Node.js or npm is missing.</summary>
public sealed class NodePackagesTests
{
    [Fact]
    public async Task Without_node_the_build_says_what_to_install()
    {
        using var path = new TemporaryFolder();

        var (exitCode, output) = await InstallAsync(path);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("TR0001: Node.js was not found", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_npm_the_build_says_what_to_install()
    {
        using var path = new TemporaryFolder();
        Link(path, "node");

        var (exitCode, output) = await InstallAsync(path);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("TR0002: npm was not found", output, StringComparison.Ordinal);
    }

    private static void Link(TemporaryFolder path, string program) =>
        File.CreateSymbolicLink(path.File(program), Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Select(folder => Path.Combine(folder, program)).First(File.Exists));

    private static async Task<(int ExitCode, string Output)> InstallAsync(TemporaryFolder path)
    {
        Link(path, "sh");
        var repository = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("ToolRuntime.Tests", StringComparison.Ordinal)];
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet",
            ["msbuild", Path.Combine(repository, "build", "NodePackages.proj"), "-t:NpmInstall", $"-p:NpmStamp={path.File("stamp")}", "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
        };
        // The dotnet above is looked up along our own PATH.
        start.Environment["PATH"] = path.Path;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
