using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>Bundles tools with their dependencies, so that starting a worker reads one file. Runs no tool.</summary>
internal sealed partial class ToolBundler(BunExecutable bun, IOptions<ExecutorOptions> options, ILogger<ToolBundler> logger) : IDisposable
{
    private readonly string _cache = Path.GetFullPath(
        options.Value.CachePath.Length > 0 ? options.Value.CachePath : Path.Combine(AppContext.BaseDirectory, "bundles"));

    // Each executor has bundles of its own: another may be about to replace, or to remove, its.
    private string Folder => Path.Combine(_cache, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    /// <summary>Bundles every source anew.</summary>
    /// <returns>For each, in their order, its bundle's path, or what is wrong with it.</returns>
    /// <exception cref="InvalidOperationException">The bundler itself failed.</exception>
    public async Task<IReadOnlyList<Bundle>> BundleAsync(IReadOnlyList<ToolSource> sources, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        RemoveLeftovers();
        var jobs = sources.Select(source => new BundleJob(source.Path, OutputOf(source))).ToArray();
        var results = await RunAsync(jobs, cancellationToken);
        return [.. jobs.Zip(results, (job, result) => new Bundle(job.Output, string.Join('\n', result.Errors)))];
    }

    public void Dispose() => Remove(Folder);

    // What executors that were killed have left behind.
    private void RemoveLeftovers()
    {
        foreach (var folder in Directory.EnumerateDirectories(_cache))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && !IsRunning(pid))
            {
                Remove(folder);
            }
        }
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(logger, exception, folder);
        }
    }

    private string OutputOf(ToolSource source)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Path)))[..16];
        return Path.Combine(Folder, $"{name}.js");
    }

    private async Task<BundleResult[]> RunAsync(BundleJob[] jobs, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(
            bun.Path,
            ["--no-orphans", Path.Combine(WorkerCommand.ScriptFolder, "bundle.ts"), Path.Combine(WorkerCommand.ScriptFolder, "sdk.ts")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await JsonSerializer.SerializeAsync(
            process.StandardInput.BaseStream, jobs, BundleMessages.Default.BundleJobArray, cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize(await output, BundleMessages.Default.BundleResultArray)!
            : throw new InvalidOperationException($"The bundler ended with exit code {process.ExitCode}: {await error}");
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The bundles in {Folder} could not be removed.")]
        public static partial void NotRemoved(ILogger logger, Exception exception, string folder);
    }
}

/// <param name="Path">The bundle's file.</param>
/// <param name="Errors">What is wrong with the module; empty where the bundle is good.</param>
internal sealed record Bundle(string Path, string Errors);

internal sealed record BundleJob(string Source, string Output);

internal sealed record BundleResult(IReadOnlyList<string> Errors);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BundleJob[]))]
[JsonSerializable(typeof(BundleResult[]))]
internal sealed partial class BundleMessages : JsonSerializerContext;
