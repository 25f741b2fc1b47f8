using System.Security.Cryptography;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>Bundles modules with their dependencies, once for each content, so that starting a worker reads one file.</summary>
internal sealed partial class ToolBundler(BundlerProcess bundler, BundleCache cache, ILogger<ToolBundler> logger)
{
    private string? _version;

    /// <returns>For each module, in their order, its bundle. Those that were bundled before, as they are now, are only looked up.</returns>
    public async Task<IReadOnlyList<Bundle>> BundleAsync(IReadOnlyList<ToolSource> sources, CancellationToken cancellationToken)
    {
        _version ??= await VersionAsync(cancellationToken);
        var bundles = sources.Select(source => cache.Find(KeyOf(source))).ToArray();
        var missing = Enumerable.Range(0, sources.Count).Where(i => bundles[i] is null).ToArray();
        var made = await BundleAnewAsync([.. missing.Select(i => sources[i])], bytecode: true, cancellationToken);
        foreach (var (i, bundle) in missing.Zip(made))
        {
            bundles[i] = bundle;
        }

        return [.. sources.Zip(bundles, (source, bundle) => Used(source, bundle!))];
    }

    /// <summary>Bundles a module without bytecode: what it has turned out not to load.</summary>
    public async Task<Bundle> BundleWithoutBytecodeAsync(ToolSource source, CancellationToken cancellationToken) =>
        Used(source, (await BundleAnewAsync([source], bytecode: false, cancellationToken))[0]);

    /// <summary>Notes that a module's bundle is still in use.</summary>
    public Bundle Used(ToolSource source, Bundle bundle)
    {
        if (bundle.Path.Length > 0)
        {
            cache.Touch(KeyOf(source), bundle);
        }

        return bundle;
    }

    private async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var script = SHA256.HashData(await File.ReadAllBytesAsync(BundlerProcess.Script, cancellationToken));
        return $"{await bundler.VersionAsync(cancellationToken)} {Convert.ToHexStringLower(script)}";
    }

    private string KeyOf(ToolSource source) => $"{source.Path}\n{_version}";

    private async Task<IReadOnlyList<Bundle>> BundleAnewAsync(
        IReadOnlyList<ToolSource> sources, bool bytecode, CancellationToken cancellationToken)
    {
        if (sources.Count == 0)
        {
            return [];
        }

        var stamp = new StampedInput(sources[0].Path, FileStamp.Of(sources[0].Path));
        var jobs = sources.Select(source => new BundleJob(source.Path, cache.NewFolder(), bytecode)).ToArray();
        Log.Bundling(logger, sources.Count);
        try
        {
            var results = await bundler.BundleAsync(jobs, cancellationToken);
            return [.. sources.Select((source, i) => BundleOf(source, jobs[i], results[i]))];
        }
        catch (BunCommandException exception) when (sources.Count == 1)
        {
            return [new Bundle("", exception.Message, HasBytecode: false, [stamp])];
        }
        catch (BunCommandException exception)
        {
            Log.BundlingApart(logger, exception);
        }

        // Something among them breaks the bundler itself, and must not take the others along.
        var bundles = new List<Bundle>();
        foreach (var source in sources)
        {
            bundles.AddRange(await BundleAnewAsync([source], bytecode, cancellationToken));
        }

        return bundles;
    }

    private Bundle BundleOf(ToolSource source, BundleJob job, BundleResult result) =>
        result.Errors.Count == 0
            ? cache.Add(KeyOf(source), _version!, job.Output, result)
            : new Bundle("", string.Join('\n', result.Errors), HasBytecode: false, BundleCache.Stamp(result));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Count} modules are bundled.")]
        public static partial void Bundling(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "Bundling failed; each module is bundled apart.")]
        public static partial void BundlingApart(ILogger logger, Exception exception);
    }
}
