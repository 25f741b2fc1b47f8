using Microsoft.Extensions.Options;

namespace ToolRuntime.Executor.Tools;

/// <summary>Loads the tools before the executor takes its first call, and again whenever one changes.</summary>
internal sealed partial class ToolReload(
    ToolCatalog catalog,
    ToolLoader loader,
    ToolBundler bundler,
    BundleCache cache,
    ToolFolderWatch watch,
    IOptions<ToolsOptions> options,
    TimeProvider time,
    ILogger<ToolReload> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan TouchInterval = TimeSpan.FromHours(1);

    // A module that hangs while it loads must leave room for the others.
    private static readonly int LoadsAtOnce = Math.Max(4, 2 * Environment.ProcessorCount);

    private readonly string _root = Path.GetFullPath(options.Value.Path);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _slots = new(LoadsAtOnce);
    private readonly Lock _state = new();
    private readonly Dictionary<ToolSource, LoadedModule> _modules = [];

    // Each with what was touched since its loading began.
    private readonly Dictionary<ToolSource, HashSet<string>> _loading = [];
    private readonly HashSet<ToolSource> _again = [];
    private HashSet<ToolSource> _missing = [];
    private readonly List<Task> _loads = [];
    private Task _following = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        var sources = ToolSource.Find(_root);
        watch.Start();
        await LoadAsync(sources, publishEach: false, either.Token);
        Publish();
        _following = Task.Run(() => FollowAsync(_stopping.Token), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _following.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _slots.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var touched = time.GetTimestamp();
        var failing = false;
        cache.RemoveUnused();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                Look(await watch.NextAsync(cancellationToken), cancellationToken);
                failing = false;
                if (time.GetElapsedTime(touched) > TouchInterval)
                {
                    touched = time.GetTimestamp();
                    TouchAll();
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                // The tools stay as they are; what stands in the way may go by itself.
                if (!failing)
                {
                    failing = true;
                    Log.LookFailed(logger, exception, _root);
                }
            }
        }

        await Task.WhenAll(_loads);
    }

    // Starts loading what has changed, and does not wait for it: a module that takes long holds no other up.
    private void Look(IReadOnlySet<string> touched, CancellationToken cancellationToken)
    {
        var sources = ToolSource.Find(_root);
        var outdated = new List<ToolSource>();
        bool removed;
        lock (_state)
        {
            // Some editors take a file away for a moment when they save it: gone is what is missing twice.
            var missing = _modules.Keys.Except(sources).ToHashSet();
            var gone = missing.Where(_missing.Contains).ToArray();
            Array.ForEach(gone, source => _modules.Remove(source));
            removed = gone.Length > 0;
            missing.ExceptWith(gone);
            _missing = missing;
            foreach (var meanwhile in _loading.Values)
            {
                meanwhile.UnionWith(touched);
            }

            var stamps = new Dictionary<string, FileStamp>(StringComparer.Ordinal);
            outdated.AddRange(sources.Where(source => !_loading.ContainsKey(source) && IsOutdated(source, touched, stamps)));
        }

        if (removed)
        {
            Publish();
        }

        if (_missing.Count > 0)
        {
            watch.Poke();
        }

        _loads.RemoveAll(load => load.IsCompleted);
        if (outdated.Count > 0)
        {
            _loads.Add(ReloadAsync(outdated, cancellationToken));
        }
    }

    private bool IsOutdated(ToolSource source, IReadOnlySet<string> touched, Dictionary<string, FileStamp> stamps)
    {
        return _again.Remove(source) || !_modules.TryGetValue(source, out var module) || module.IsOutdated(touched, StampOf);

        FileStamp StampOf(string path) => stamps.TryGetValue(path, out var stamp) ? stamp : stamps[path] = FileStamp.Of(path);
    }

    private async Task ReloadAsync(IReadOnlyList<ToolSource> sources, CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(sources, publishEach: true, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The executor stops.
        }
        catch (Exception exception)
        {
            Log.LoadFailed(logger, exception);
        }
    }

    private async Task LoadAsync(IReadOnlyList<ToolSource> sources, bool publishEach, CancellationToken cancellationToken)
    {
        lock (_state)
        {
            foreach (var source in sources)
            {
                _loading[source] = new HashSet<string>(StringComparer.Ordinal);
            }
        }

        try
        {
            var bundles = await bundler.BundleAsync(sources, cancellationToken);
            await Task.WhenAll(sources.Zip(bundles, (source, bundle) => LoadAsync(source, bundle, publishEach, cancellationToken)));
        }
        finally
        {
            lock (_state)
            {
                foreach (var source in sources)
                {
                    _loading.Remove(source);
                }
            }
        }
    }

    private async Task LoadAsync(ToolSource source, Bundle bundle, bool publish, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            LoadedModule? before;
            lock (_state)
            {
                before = _modules.GetValueOrDefault(source);
            }

            var module = await loader.LoadAsync(source, bundle, before, cancellationToken);
            lock (_state)
            {
                Take(module);
            }
        }
        finally
        {
            _slots.Release();
        }

        if (publish)
        {
            Publish();

            // Perhaps it has changed again meanwhile, or gone.
            watch.Poke();
        }
    }

    private void Take(LoadedModule module)
    {
        var source = module.Source;
        _loading.Remove(source, out var meanwhile);
        if (!File.Exists(source.Path))
        {
            return;
        }

        if (module.IsOutdated(meanwhile!, FileStamp.Of))
        {
            _again.Add(source);
            if (_modules.TryGetValue(source, out var before) && module.IsLessThan(before))
            {
                // Caught in the middle of a change, which is about to be looked at whole.
                return;
            }
        }

        _modules[source] = module;
    }

    private void Publish()
    {
        lock (_state)
        {
            catalog.Publish(_modules.Values.SelectMany(module => module.Tools));
        }
    }

    private void TouchAll()
    {
        lock (_state)
        {
            foreach (var (source, module) in _modules)
            {
                bundler.Used(source, module.Bundle);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The tools in {Root} cannot be looked through; they stay as they are.")]
        public static partial void LookFailed(ILogger logger, Exception exception, string root);

        [LoggerMessage(2, LogLevel.Error, "Changed tools could not be loaded; they stay as they are.")]
        public static partial void LoadFailed(ILogger logger, Exception exception);
    }
}
