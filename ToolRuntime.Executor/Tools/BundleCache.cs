using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace ToolRuntime.Executor.Tools;

/// <summary>
/// The bundles on disk. Their names are hashes of their contents, and they appear whole or not at all, so that executors
/// of one machine share them, and each start finds those of the last.
/// </summary>
internal sealed partial class BundleCache(IOptions<ExecutorOptions> options, TimeProvider time, ILogger<BundleCache> logger)
{
    private const string BundleFile = "tool.js";

    /// <summary>How long a bundle stays that no executor uses.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    private static readonly TimeSpan KeepUnfinished = TimeSpan.FromHours(1);

    private readonly string _root = Path.GetFullPath(
        options.Value.CachePath.Length > 0 ? options.Value.CachePath : Path.Combine(AppContext.BaseDirectory, "cache"));

    /// <summary>The folder that holds every bundle: what a worker must be able to read.</summary>
    public string Bundles => Path.Combine(_root, "bundles");

    /// <summary>The folder that holds the compiled worker.</summary>
    public string Programs => Path.Combine(_root, "workers");

    private string Records => Path.Combine(_root, "modules");

    private string Unfinished => Path.Combine(_root, "unfinished");

    /// <summary>Where to write a bundle that is to be added.</summary>
    public string NewFolder()
    {
        Directory.CreateDirectory(Unfinished);
        return Path.Combine(Unfinished, Guid.NewGuid().ToString("N"));
    }

    /// <summary>The bundle that a module's files, as they are now, are known to give.</summary>
    /// <param name="key">The module, and what bundles it.</param>
    public Bundle? Find(string key)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(RecordOf(key)), BundlerMessages.Default.BundleRecord)!;
            var inputs = record.Inputs.Select(input => new StampedInput(input.Path, FileStamp.Of(input.Path))).ToArray();
            var bundle = new Bundle(PathOf(record.Bundle), Errors: "", record.Bytecode, inputs);
            return File.Exists(bundle.Path) && record.Inputs.All(input => input.IsAsItWas) ? bundle : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Takes over what the bundler has written into a new folder.</summary>
    /// <param name="version">Of what bundled: equal sources give other bytecode for another Bun.</param>
    public Bundle Add(string key, string version, string folder, BundleResult result)
    {
        var name = NameOf(folder, version);
        Directory.CreateDirectory(Bundles);
        if (File.Exists(PathOf(name)))
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            Move(folder, name);
        }

        var inputs = Stamp(result);
        if (inputs.All(input => input.Stamp != FileStamp.Unknown))
        {
            Write(key, new BundleRecord(name, result.Bytecode, result.Inputs));
        }

        return new Bundle(PathOf(name), Errors: "", result.Bytecode, inputs);
    }

    /// <summary>The inputs with stamps that hold for what was bundled: none where a file has changed meanwhile.</summary>
    public static StampedInput[] Stamp(BundleResult result) =>
        [.. result.Inputs.Select(input =>
        {
            var stamp = FileStamp.Of(input.Path);
            return new StampedInput(input.Path, result.Stable && input.IsAsItWas ? stamp : FileStamp.Unknown);
        })];

    /// <summary>Notes that a bundle is in use, which keeps it.</summary>
    public void Touch(string key, Bundle bundle)
    {
        var now = time.GetUtcNow().UtcDateTime;
        try
        {
            Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(bundle.Path)!, now);
            if (File.Exists(RecordOf(key)))
            {
                File.SetLastWriteTimeUtc(RecordOf(key), now);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotTouched(logger, exception, bundle.Path);
        }
    }

    /// <summary>Removes what no executor has used for a long time, and what killed ones left unfinished.</summary>
    public void RemoveUnused()
    {
        Directory.CreateDirectory(Unfinished);
        Remove(Unfinished, KeepUnfinished);
        Remove(Bundles, Keep);
        Remove(Records, Keep);
        Remove(Programs, Keep);
    }

    private void Remove(string folder, TimeSpan keep)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            try
            {
                RemoveIfUnused(entry, time.GetUtcNow().UtcDateTime - keep);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Log.NotRemoved(logger, exception, entry.FullName);
            }
        }
    }

    private void RemoveIfUnused(FileSystemInfo entry, DateTime since)
    {
        if (entry.LastWriteTimeUtc >= since)
        {
            return;
        }

        if (entry is FileInfo file)
        {
            file.Delete();
            return;
        }

        // Another executor may take it into use at this moment: out of the way first, and back if so.
        var aside = NewFolder();
        Directory.Move(entry.FullName, aside);
        if (Directory.GetLastWriteTimeUtc(aside) >= since)
        {
            Directory.Move(aside, entry.FullName);
        }
        else
        {
            Directory.Delete(aside, recursive: true);
        }
    }

    private void Move(string folder, string name)
    {
        try
        {
            Directory.Move(folder, Path.Combine(Bundles, name));
        }
        catch (IOException) when (File.Exists(PathOf(name)))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Write(string key, BundleRecord record)
    {
        Directory.CreateDirectory(Records);
        var temporary = NewFolder();
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(record, BundlerMessages.Default.BundleRecord));
        File.Move(temporary, RecordOf(key), overwrite: true);
    }

    // Bytecode is no part of it: it follows from the rest, but is not the same each time.
    private static string NameOf(string folder, string version)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(version));
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => !file.EndsWith(".jsc", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return NameOf(hash.GetHashAndReset());
    }

    private static string NameOf(byte[] hash) => Convert.ToHexStringLower(hash)[..32];

    private string PathOf(string bundle) => Path.Combine(Bundles, bundle, BundleFile);

    private string RecordOf(string key) => Path.Combine(Records, $"{NameOf(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}.json");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Path} is not used any more, and could not be removed.")]
        public static partial void NotRemoved(ILogger logger, Exception exception, string path);

        [LoggerMessage(2, LogLevel.Warning, "The bundle {Path} could not be marked as used.")]
        public static partial void NotTouched(ILogger logger, Exception exception, string path);
    }
}
