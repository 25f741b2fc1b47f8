using Microsoft.Extensions.Logging;

namespace ToolRuntime.AppHost.Programs;

/// <summary>
/// A package of the system's own Debian or Ubuntu sources, unpacked into a folder of ours: without root, and without
/// installing anything. The scripts and fonts that it depends on for its pages come with it; libraries do not.
/// </summary>
internal sealed partial class DebianPackage(string name, string folder, string aptGet, string dpkgDeb, params string[] without)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public bool IsUnpacked => Directory.Exists(folder);

    /// <summary>Null where the system has no apt.</summary>
    /// <param name="without">What it depends on and can do without.</param>
    public static DebianPackage? Find(IDistributedApplicationBuilder builder, string name, params string[] without) =>
        builder.FindProgram("apt-get") is { } aptGet && builder.FindProgram("dpkg-deb") is { } dpkgDeb
            ? new DebianPackage(name, Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", ".tools", name)), aptGet, dpkgDeb, without)
            : null;

    /// <summary>Where the package has a file that it would install as <c>/usr/bin/…</c>.</summary>
    public string Program(string program) => Path.Combine(folder, "usr", "bin", program);

    /// <summary>Of several that do it at once, one wins, and the others find it done.</summary>
    /// <exception cref="DistributedApplicationException">The package cannot be had; says why.</exception>
    public async Task UnpackAsync(ILogger logger, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var work = Directory.CreateDirectory($"{folder}-{Guid.NewGuid():N}").FullName;
        try
        {
            var unpacked = await FetchAsync(work, line => Log.Printed(logger, line), limit.Token);
            Directory.Move(unpacked, folder);
        }
        catch (IOException) when (IsUnpacked)
        {
            // Another AppHost was faster.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"The package {name} could not be fetched within {Limit.TotalMinutes} minutes.");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private async Task<string> FetchAsync(string work, Action<string> onLine, CancellationToken cancellationToken)
    {
        // Lists and cache of its own, since those of the system are root's.
        var lists = Directory.CreateDirectory(Path.Combine(work, "lists"));
        lists.CreateSubdirectory("partial");
        var cache = Directory.CreateDirectory(Path.Combine(work, "cache"));
        cache.CreateSubdirectory("archives/partial");
        string[] options =
        [
            "-o", $"Dir::State::Lists={lists.FullName}", "-o", $"Dir::Cache={cache.FullName}", "-o", "Debug::NoLocking=1",
        ];
        await ProgramRun.RunAsync(aptGet, [.. options, "update", "-qq"], work, onLine, cancellationToken);

        var unpacked = Path.Combine(work, "unpacked");
        var known = without.ToHashSet(StringComparer.Ordinal);
        for (string[] wanted = [name]; wanted.Length > 0;)
        {
            known.UnionWith(wanted);
            await ProgramRun.RunAsync(aptGet, [.. options, "download", "-qq", .. wanted], work, onLine, cancellationToken);
            var needed = new HashSet<string>(StringComparer.Ordinal);
            foreach (var package in Directory.GetFiles(work, "*.deb"))
            {
                await ProgramRun.RunAsync(dpkgDeb, ["-x", package, unpacked], work, onLine, cancellationToken);
                await ProgramRun.RunAsync(
                    dpkgDeb, ["-f", package, "Depends"], work, line => needed.UnionWith(PageAssets(line)), cancellationToken);
                File.Delete(package);
            }

            wanted = [.. needed.Except(known)];
        }

        return unpacked;
    }

    /// <param name="depends">For instance <c>libc6 (>= 2.34), libjs-jquery (>= 3.5.1~), libjs-moment</c>.</param>
    private static IEnumerable<string> PageAssets(string depends) => depends.Split(',')
        .Select(dependency => dependency.Trim().Split(' ')[0])
        .Where(package => package.StartsWith("libjs-", StringComparison.Ordinal) || package.StartsWith("fonts-", StringComparison.Ordinal));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Line}")]
        public static partial void Printed(ILogger logger, string line);
    }
}
