using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Tools;

/// <summary>Runs the bundler, <c>worker/bundle.ts</c>, in a Bun process of its own.</summary>
internal sealed class BundlerProcess(BunExecutable bun, IOptions<ToolsOptions> tools, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static string Script { get; } = Path.Combine(WorkerCommand.ScriptFolder, "bundle.ts");

    public async Task<string> VersionAsync(CancellationToken cancellationToken) =>
        (await RunAsync(["--revision"], [], cancellationToken)).Trim();

    /// <returns>What became of each job, in their order.</returns>
    /// <exception cref="BundlerException">The bundler itself failed.</exception>
    public async Task<IReadOnlyList<BundleResult>> BundleAsync(BundleJob[] jobs, CancellationToken cancellationToken)
    {
        string[] arguments = [.. WorkerCommand.Flags, Script, Path.Combine(WorkerCommand.ScriptFolder, "sdk.ts")];
        var request = JsonSerializer.SerializeToUtf8Bytes(jobs, BundlerMessages.Default.BundleJobArray);
        var output = await RunAsync(arguments, request, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(output, BundlerMessages.Default.BundleResultArray)!;
        }
        catch (JsonException exception)
        {
            throw new BundlerException($"The bundler's answer cannot be read: {exception.Message}");
        }
    }

    private async Task<string> RunAsync(string[] arguments, byte[] input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(bun.Path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetFullPath(tools.Value.Path),
        };
        start.Environment.Clear();
        foreach (var (name, value) in WorkerCommand.Environment)
        {
            start.Environment[name] = value;
        }

        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var error = process.StandardError.ReadToEndAsync(either.Token);
            await WriteAsync(process.StandardInput.BaseStream, input, either.Token);
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0
                ? await output
                : throw new BundlerException($"The bundler ended with exit code {process.ExitCode}: {await error}");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new BundlerException($"Bundling took longer than {Limit}.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task WriteAsync(Stream stream, byte[] input, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(input, cancellationToken);
            await stream.DisposeAsync();
        }
        catch (IOException)
        {
            // It has ended already, and its exit code says more.
        }
    }
}

/// <summary>The bundler failed, rather than what it was to bundle.</summary>
internal sealed class BundlerException(string message) : Exception(message);
