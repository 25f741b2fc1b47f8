using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ToolRuntime.Tests.Support;

/// <summary>One of our services as a process of its own, on free ports, as users have it.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private ServiceProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
    }

    public int Id => _process.Id;

    /// <summary>The endpoint `grpc`, HTTP/2 only.</summary>
    public Uri Grpc { get; private set; } = null!;

    /// <summary>The endpoint `http`.</summary>
    public Uri Http { get; private set; } = null!;

    public string Output => string.Join('\n', _lines);

    public bool HasExited => _process.HasExited;

    public static async Task<ServiceProcess> StartAsync(
        string project, IReadOnlyDictionary<string, string> settings, Uri? grpc = null)
    {
        var folder = AppContext.BaseDirectory.Replace("ToolRuntime.Tests", project, StringComparison.Ordinal);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, $"{project}.dll")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Kestrel lists its addresses in the order of these names.
        start.Environment["Kestrel__Endpoints__Grpc__Url"] = grpc?.ToString() ?? "http://127.0.0.1:0";
        start.Environment["Kestrel__Endpoints__Http__Url"] = "http://127.0.0.1:0";
        // In which the gateway asks nobody on this machine who they are.
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var service = new ServiceProcess(Process.Start(start)!);
        service._process.BeginOutputReadLine();
        service._process.BeginErrorReadLine();
        try
        {
            await Eventually.True(() => service.Addresses().Length == 2 || service.HasExited, $"{project} to listen");
            var addresses = service.Addresses();
            Assert.True(addresses.Length == 2, $"{project} ended:\n{service.Output}");
            (service.Grpc, service.Http) = (addresses[0], addresses[1]);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public void Signal(int signal) => Assert.Equal(0, kill(_process.Id, signal));

    public Task WaitForExitAsync() => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private Uri[] Addresses() => [.. _lines.Select(line => Listening().Match(line)).Where(match => match.Success).Select(match => new Uri(match.Groups[1].Value))];

    [GeneratedRegex("Now listening on: (http://[^ ]+)")]
    private static partial Regex Listening();

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
