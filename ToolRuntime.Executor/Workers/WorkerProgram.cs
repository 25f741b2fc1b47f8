using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ToolRuntime.Executor.Processes;

namespace ToolRuntime.Executor.Workers;

/// <summary>
/// The worker as a program of its own, compiled by Bun from <c>worker/worker.ts</c>: it starts with less than half of the
/// CPU time that Bun needs for the script. Compiled once for each version of either, before the first worker starts.
/// </summary>
internal sealed class WorkerProgram(BunExecutable bun, BunCommand command, WorkerPlaces places, TimeProvider time)
    : IHostedService, IDisposable
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

    private readonly SemaphoreSlim _compiling = new(1);
    private string _path = "";

    /// <summary>Bun itself, which is what a tool that starts other programs finds as <c>process.execPath</c>.</summary>
    public string Bun => bun.Path;

    /// <summary>Where the executable is. One that was taken away is compiled again.</summary>
    /// <exception cref="ProcessStartException">Bun could not compile it.</exception>
    public async ValueTask<string> PathAsync()
    {
        if (!File.Exists(_path))
        {
            try
            {
                await StartAsync(CancellationToken.None);
            }
            catch (Exception exception) when (exception is BunCommandException or Win32Exception or IOException or UnauthorizedAccessException)
            {
                throw new ProcessStartException($"The worker could not be compiled: {exception.Message}", exception);
            }
        }

        return _path;
    }

    /// <exception cref="BunCommandException">Bun could not compile it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _compiling.WaitAsync(cancellationToken);
        try
        {
            var path = Path.Combine(places.Programs, $"worker-{await VersionAsync(cancellationToken)}");
            Directory.CreateDirectory(places.Programs);
            if (!File.Exists(path))
            {
                await CompileAsync(path, cancellationToken);
            }

            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
            _path = path;
        }
        finally
        {
            _compiling.Release();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _compiling.Dispose();

    // It appears whole or not at all, since other executors may use the same folder.
    private async Task CompileAsync(string path, CancellationToken cancellationToken)
    {
        var unfinished = Directory.CreateDirectory($"{path}.{Guid.NewGuid():N}").FullName;
        try
        {
            var output = Path.Combine(unfinished, "worker");
            var define = $"--define=BUN={JsonSerializer.Serialize(bun.Path)}";
            await command.RunAsync([.. Options, define, $"--outfile={output}", WorkerCommand.Script], default, unfinished, cancellationToken);
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
        foreach (var script in Directory.EnumerateFiles(WorkerCommand.ScriptFolder, "*.ts", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(await File.ReadAllBytesAsync(script, cancellationToken));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
