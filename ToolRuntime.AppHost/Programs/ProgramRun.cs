using System.Collections.Concurrent;
using System.Diagnostics;

namespace ToolRuntime.AppHost.Programs;

/// <summary>Runs a program to its end.</summary>
internal static class ProgramRun
{
    private const int KeptLines = 10;

    /// <summary>A cancellation ends the program and its children.</summary>
    /// <param name="onLine">Takes each line that it prints.</param>
    /// <exception cref="DistributedApplicationException">It did not start, or did not end with code 0; says what it printed last.</exception>
    public static async Task RunAsync(
        string program, IEnumerable<string> args, string folder, Action<string> onLine, CancellationToken cancellationToken)
    {
        var lines = new ConcurrentQueue<string>();
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, args)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
        {
            throw new DistributedApplicationException(
                $"{Path.GetFileName(program)} ended with code {process.ExitCode}: {string.Join(' ', lines)}");
        }

        void Take(string? line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                return;
            }

            onLine(line);
            lines.Enqueue(line);
            if (lines.Count > KeptLines)
            {
                lines.TryDequeue(out _);
            }
        }
    }
}
