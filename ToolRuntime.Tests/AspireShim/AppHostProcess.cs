using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Aspire.Hosting.Orchestration;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AspireShim;

/// <summary>The real AppHost as a process of its own, which leaves a mark in every process that comes of it.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private const string MarkVariable = "TOOLRUNTIME_TEST_MARK";

    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;
    private readonly TemporaryFolder _data = new();

    private AppHostProcess(string home, params string[] args)
    {
        var appHost = Path.Combine(AppContext.BaseDirectory, "ToolRuntime.AppHost.dll");

        // A shell's background job ignores SIGINT, and so would its children.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", appHost, "--Prometheus:DataPath", _data.Path, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = TestServer.Repository,
        };
        start.Environment[MarkVariable] = _mark;
        start.Environment["HOME"] = home;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _lines);

    public int ExitCode => _process.ExitCode;

    public static AppHostProcess Start(string home, params string[] args) => new(
        home,
        [
            "--Ports:Dashboard", Port(), "--Ports:GatewayHttp", Port(), "--Ports:GatewayGrpc", Port(), "--Ports:Prometheus", Port(),
            "--Ports:Panels", Port(), "--Ports:Grafana", Port(), "--Executor:Replicas", "1", .. args,
        ]);

    public async Task<string> WaitForLineAsync(string text, CancellationToken cancellationToken)
    {
        while (await _output.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_output.Reader.TryRead(out var line))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }

        throw new InvalidOperationException($"The AppHost never said '{text}':\n{Output}");
    }

    public async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Processes that carry the mark; a zombie has no environment left, and does not count.</summary>
    public IReadOnlyList<int> Descendants() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid != 0 && pid != _process.Id && IsMarked(pid)),
    ];

    public async Task WaitUntilNothingIsLeftAsync(CancellationToken cancellationToken)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Descendants().Count > 0)
        {
            await poll.WaitForNextTickAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _data.Dispose();
    }

    private static string Port() => Ports.FindFree().ToString(CultureInfo.InvariantCulture);

    private bool IsMarked(int pid)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/environ")).Contains($"{MarkVariable}={_mark}", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended in between, or is another user's, and so did not come of this one.
            return false;
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        _output.Writer.TryWrite(line);
    }
}
