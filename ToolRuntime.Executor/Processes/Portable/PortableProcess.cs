using System.ComponentModel;
using System.Diagnostics;

namespace ToolRuntime.Executor.Processes.Portable;

/// <summary>
/// A process started by <see cref="Process"/>. A shell moves the two pipes that exist to the runtime's descriptors, so
/// that what a tool prints still cannot get into the protocol; its stdout arrives as stderr.
/// </summary>
internal sealed class PortableProcess : IChildProcess
{
    private const string MoveDescriptors = "exec 3<&0 4>&1 </dev/null >&2; exec \"$0\" \"$@\"";

    private readonly Process _process;

    private PortableProcess(Process process)
    {
        _process = process;
        Exited = WaitAsync();
    }

    public int Id => _process.Id;

    public Stream Requests => _process.StandardInput.BaseStream;

    public Stream Responses => _process.StandardOutput.BaseStream;

    public Stream Output => Stream.Null;

    public Stream Error => _process.StandardError.BaseStream;

    // The framework has no way to tell.
    public bool IsUnread(Stream stream) => false;

    public void Widen(Stream stream)
    {
        // The framework has none for this either.
    }

    public Task<ProcessExit> Exited { get; }

    /// <exception cref="ProcessStartException">The system refused to start it.</exception>
    public static PortableProcess Start(ProcessSpec spec)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", MoveDescriptors, spec.FileName, .. spec.Arguments])
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new PortableProcess(Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new ProcessStartException($"{spec.FileName} could not be started: {exception.Message}", exception);
        }
    }

    // The framework has no way to ask a process to end.
    public void Terminate() => Kill();

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    public void Dispose() => _process.Dispose();

    private async Task<ProcessExit> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return new ProcessExit(_process.ExitCode & 0xff, "", TimeSpan.Zero);
    }
}
