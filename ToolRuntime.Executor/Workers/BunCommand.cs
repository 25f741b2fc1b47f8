using System.Diagnostics;

namespace ToolRuntime.Executor.Workers;

/// <summary>Runs Bun for what it prints, on behalf of the runtime itself and never of a tool.</summary>
internal sealed class BunCommand(BunExecutable bun, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <param name="input">What it reads from its standard input.</param>
    /// <exception cref="BunCommandException">It failed, or took too long.</exception>
    public async Task<string> RunAsync(
        IEnumerable<string> arguments, ReadOnlyMemory<byte> input, string workingDirectory, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(bun.Path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
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
                : throw new BunCommandException($"Bun ended with exit code {process.ExitCode}: {await error}");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new BunCommandException($"Bun took longer than {Limit}.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
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

/// <summary>Bun failed at what the runtime itself wanted of it.</summary>
internal sealed class BunCommandException(string message) : Exception(message);
