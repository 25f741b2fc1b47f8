using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ToolRuntime.Bench.Services;

/// <summary>One of our services as a process of its own, on free ports of this machine.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private Task _draining = Task.CompletedTask;

    private ServiceProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public Uri Grpc { get; private set; } = null!;

    public Uri Http { get; private set; } = null!;

    public static Task<ServiceProcess> StartAsync(string project, params (string Name, string Value)[] settings) =>
        StartAsync(project, [], settings);

    /// <summary>This program in one of its other roles.</summary>
    public static Task<ServiceProcess> StartOwnAsync(string argument) => StartAsync("ToolRuntime.Bench", [argument], []);

    private static async Task<ServiceProcess> StartAsync(string project, string[] arguments, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{project}.dll"), .. arguments])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
        };
        // Kestrel lists its addresses in the order of these names.
        start.Environment["Kestrel__Endpoints__Grpc__Url"] = "http://127.0.0.1:0";
        start.Environment["Kestrel__Endpoints__Http__Url"] = "http://127.0.0.1:0";
        // In which the gateway asks nobody on this machine who they are.
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var service = new ServiceProcess(Process.Start(start)!);
        try
        {
            service.Grpc = await service.NextAddressAsync();
            service.Http = await service.NextAddressAsync();
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }

        // What it says from here on nobody reads, and must not fill the pipe.
        service._draining = service._process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _draining;
        _process.Dispose();
    }

    private async Task<Uri> NextAddressAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return new Uri(match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("The service ended before it listened.");
    }

    [GeneratedRegex("Now listening on: (http://[^ ]+)")]
    private static partial Regex Listening();
}
