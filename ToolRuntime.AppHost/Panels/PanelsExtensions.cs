using System.Runtime.InteropServices;
using ToolRuntime.AppHost.Ports;

namespace ToolRuntime.AppHost.Panels;

internal static class PanelsExtensions
{
    private const string Setting = "Panels";
    private const int UsualPort = 5082;

    /// <summary>Adds the page that draws the Grafana dashboard from Prometheus, and nothing but a browser to look at it.</summary>
    public static IResourceBuilder<ExecutableResource> AddPanels(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<IResourceWithEndpoints> prometheus)
    {
        var repository = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, ".."));
        var panels = builder.AddExecutable(name, Bun(repository), Path.Combine(repository, "ToolRuntime.Panels"), "src/server.ts");
        var port = builder.GetPort(Setting, UsualPort);
        return panels
            .WithFixedPort(port, Setting)
            .WithEnvironment("PORT", FormattableString.Invariant($"{port}"))
            .WithEnvironment("PROMETHEUS_URL", prometheus.Address())
            .WithEnvironment("PROMETHEUS_PUBLIC_URL", prometheus.Address())
            .WithEnvironment("DASHBOARD_URL", builder.DashboardAddress())
            .WithEnvironment("DASHBOARD_JSON", Path.Combine(repository, "observability", "grafana", "dashboards", "tool-runtime.json"))
            .WithHttpHealthCheck("/health", endpointName: "http")
            .WithReferenceRelationship(prometheus)
            .WithUrlForEndpoint("http", url => url.DisplayText = "Panels");
    }

    /// <summary>As npm installs it for this platform.</summary>
    private static string Bun(string repository)
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x64";
        return Path.Combine(
            repository, "node_modules", "@oven", $"bun-{system}-{architecture}", "bin", OperatingSystem.IsWindows() ? "bun.exe" : "bun");
    }
}
