using System.Diagnostics;
using System.Text;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Bench.Scenarios;

/// <summary>Bytes through two pipes and back, with blocking reads on both sides: what no worker can be faster than.</summary>
internal sealed class RawPipe : IScenario
{
    private readonly Process _process;
    private readonly FileStream _requests;
    private readonly FileStream _responses;
    private readonly byte[] _request;
    private readonly byte[] _response;

    public RawPipe(BunExecutable bun, string input)
    {
        _process = Process.Start(new ProcessStartInfo(bun.Path, [Path.Combine(AppContext.BaseDirectory, "baselines", "ping-pong.ts")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        // .NET's own pipe streams do not block: the same pipes, opened once more, do.
        _requests = new FileStream($"/proc/{Environment.ProcessId}/fd/{Descriptor(_process.StandardInput.BaseStream)}", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        _responses = new FileStream($"/proc/{Environment.ProcessId}/fd/{Descriptor(_process.StandardOutput.BaseStream)}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
        _request = Encoding.UTF8.GetBytes(input);
        _response = new byte[_request.Length];
    }

    public Task PrepareAsync() => Task.CompletedTask;

    public Task CallAsync()
    {
        _requests.Write(_request);
        _responses.ReadExactly(_response);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _requests.DisposeAsync();
        await _responses.DisposeAsync();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int Descriptor(Stream stream) => (int)((System.IO.Pipes.AnonymousPipeClientStream)stream).SafePipeHandle.DangerousGetHandle();
}
