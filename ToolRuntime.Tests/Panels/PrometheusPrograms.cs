using Microsoft.Extensions.Logging.Abstractions;
using ToolRuntime.AppHost.Programs;

namespace ToolRuntime.Tests.Panels;

/// <summary>Prometheus' programs: on PATH, or Debian's package, which the AppHost's own code unpacks where it is not there yet.</summary>
internal static class PrometheusPrograms
{
    public const string HowToInstall = "There is no prometheus with promtool on PATH, and no apt-get to fetch Debian's package by.";

    private static readonly string Unpacked = Path.Combine(PanelsProcess.Repository, ".tools", "prometheus");

    private static string[] Folders => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);

    public static bool CanBeHad => Find("prometheus", "promtool") is not null || Find("apt-get", "dpkg-deb") is not null;

    /// <summary>The folder of <c>prometheus</c> and <c>promtool</c>.</summary>
    public static async Task<string> FolderAsync()
    {
        if (Find("prometheus", "promtool") is { } installed)
        {
            return installed;
        }

        var package = new DebianPackage("prometheus", Unpacked, "apt-get", "dpkg-deb", "libjs-moment-timezone");
        if (!package.IsUnpacked)
        {
            await package.UnpackAsync(NullLogger.Instance, TestContext.Current.CancellationToken);
        }

        return Path.GetDirectoryName(package.Program("prometheus"))!;
    }

    private static string? Find(params string[] programs) =>
        Folders.FirstOrDefault(folder => programs.All(program => File.Exists(Path.Combine(folder, program))));
}
