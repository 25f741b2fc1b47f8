using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ToolRuntime.Executor.Workers;

/// <summary>
/// The worker as a program of its own, compiled by Bun from <c>worker/worker.ts</c>: it starts with less than half of the
/// CPU time that Bun needs for the script. Compiled once for each version of either, before the first worker starts.
/// </summary>
internal sealed class WorkerProgram(BunExecutable bun, BunCommand command, WorkerPlaces places, TimeProvider time) : IHostedService
{
    /// <summary>
    /// A worker ends with the executor even where that is killed (--no-orphans sets the parent-death signal before any
    /// script runs); it fetches no packages; and a .env or bunfig.toml among the tools configures nothing.
    /// </summary>
    private static readonly string[] Options =
    [
        "build", "--compile", "--bytecode", "--minify", "--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig",
        "--compile-exec-argv=--no-orphans --no-install",
    ];

    private string? _path;

    /// <summary>The executable.</summary>
    public string Path => _path ?? throw new InvalidOperationException("The worker has not been compiled yet.");

    /// <exception cref="BunCommandException">Bun could not compile it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Combine(places.Programs, $"worker-{await VersionAsync(cancellationToken)}");
        Directory.CreateDirectory(places.Programs);
        if (!File.Exists(path))
        {
            await CompileAsync(path, cancellationToken);
        }

        File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        _path = path;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // It appears whole or not at all, since other executors may use the same folder.
    private async Task CompileAsync(string path, CancellationToken cancellationToken)
    {
        var unfinished = Directory.CreateDirectory($"{path}.{Guid.NewGuid():N}").FullName;
        try
        {
            var output = System.IO.Path.Combine(unfinished, "worker");
            await command.RunAsync([.. Options, $"--outfile={output}", WorkerCommand.Script], default, unfinished, cancellationToken);
            File.Move(output, path, overwrite: true);
        }
        finally
        {
            Directory.Delete(unfinished, recursive: true);
        }
    }

    private async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var file = new FileInfo(bun.Path);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{string.Join(' ', Options)} {bun.Path} {file.Length} {file.LastWriteTimeUtc.Ticks}")));
        foreach (var script in Directory.EnumerateFiles(WorkerCommand.ScriptFolder, "*.ts").Order(StringComparer.Ordinal))
        {
            hash.AppendData(await File.ReadAllBytesAsync(script, cancellationToken));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
