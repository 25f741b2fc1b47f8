using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Processes.Posix;

namespace ToolRuntime.Tests.Executor;

/// <summary>Real processes whose stderr fails when it is read.</summary>
internal sealed class UnreadableErrorLauncher : IProcessLauncher
{
    private readonly PosixProcessLauncher _launcher = new();

    public async Task<IChildProcess> StartAsync(ProcessSpec spec) => new UnreadableError(await _launcher.StartAsync(spec));

    private sealed class UnreadableError(IChildProcess process) : IChildProcess
    {
        public int Id => process.Id;

        public Stream Requests => process.Requests;

        public Stream Responses => process.Responses;

        public Stream Output => process.Output;

        public Stream Error { get; } = new Unreadable();

        public bool IsUnread(Stream stream) => process.IsUnread(stream == Error ? process.Error : stream);

        public void Widen(Stream stream) => process.Widen(stream);

        public Task<ProcessExit> Exited => process.Exited;

        public void Terminate() => process.Terminate();

        public void Kill() => process.Kill();

        public void Dispose() => process.Dispose();
    }

    private sealed class Unreadable : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The pipe is broken.");
    }
}
