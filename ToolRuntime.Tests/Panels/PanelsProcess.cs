using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using ToolRuntime.Executor;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Panels;

/// <summary>The panels page's server as users have it, on a free port.</summary>
internal sealed partial class PanelsProcess : IAsyncDisposable
{
    private readonly RunningProcess _process;

    private PanelsProcess(RunningProcess process) => _process = process;

    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Projects.ToolRuntime_AppHost.ProjectPath, ".."));

    public static string Folder { get; } = Path.Combine(Repository, "ToolRuntime.Panels");

    public static string Dashboard { get; } =
        Path.Combine(Repository, "observability", "grafana", "dashboards", "tool-runtime.json");

    public Uri Address { get; private set; } = null!;

    public static RunningProcess StartBun(string[] arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        new(new BunExecutable(Options.Create(new ExecutorOptions())).Path, arguments, Folder, environment);

    public static async Task<PanelsProcess> StartAsync(IReadOnlyDictionary<string, string> environment)
    {
        var panels = new PanelsProcess(StartBun(
            ["src/server.ts"], new Dictionary<string, string>(environment) { ["PORT"] = "0" }));
        try
        {
            await Eventually.True(() => Listening().IsMatch(panels._process.Output) || panels._process.HasExited, "the panels");
            var address = Listening().Match(panels._process.Output);
            Assert.True(address.Success, panels._process.Output);
            panels.Address = new Uri(address.Groups[1].Value);
            return panels;
        }
        catch
        {
            await panels.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex("The panels are at (http://[^ ]+)")]
    private static partial Regex Listening();
}
