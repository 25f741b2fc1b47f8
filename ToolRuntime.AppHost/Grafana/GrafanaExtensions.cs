using ToolRuntime.AppHost.Ports;
using ToolRuntime.AppHost.Programs;

namespace ToolRuntime.AppHost.Grafana;

internal static class GrafanaExtensions
{
    private const string Image = "grafana/grafana";
    private const string Tag = "13.2.3";
    private const string Setting = "Grafana";
    private const int UsualPort = 5084;

    /// <summary>
    /// Adds a Grafana with the data source and the dashboard, for everybody on this machine to look at: the program on
    /// PATH, or the official image. Where there is neither, the resource says so; the panels page draws the same dashboard.
    /// </summary>
    public static void AddGrafana(
        this IDistributedApplicationBuilder builder,
        string name,
        IResourceBuilder<IResourceWithEndpoints> prometheus,
        IResourceBuilder<IResourceWithEndpoints> panels)
    {
        var setup = new GrafanaSetup(builder, builder.GetPort(Setting, UsualPort), prometheus.Address());
        if (builder.FindProgram("grafana") is { } program && GrafanaSetup.FindHome(program) is { } home)
        {
            builder.AddExecutable(name, program, ".", "server", "--homepath", home)
                .WithSetup(setup, setup.Provisioning, setup.Dashboards)
                .WithEnvironment("GF_PATHS_DATA", setup.DataPath)
                .WithEnvironment("GF_PATHS_LOGS", setup.DataPath)
                .WithReferenceRelationship(prometheus);
        }
        else if (builder.HasContainerEngine())
        {
            const string Provisioning = "/etc/grafana/provisioning";
            const string Dashboards = "/var/lib/grafana/dashboards";
            builder.AddContainer(name, Image, Tag)
                .WithContainerRuntimeArgs("--network", "host")
                .WithBindMount(setup.Provisioning, Provisioning, isReadOnly: true)
                .WithBindMount(setup.Dashboards, Dashboards, isReadOnly: true)
                .WithSetup(setup, Provisioning, Dashboards)
                .WithReferenceRelationship(prometheus);
        }
        else
        {
            builder.AddMissingProgram(
                name,
                "Needs Grafana",
                $"Put the program grafana on PATH, or start Docker or Podman, and start the application again. The panels page draws the same dashboard: {panels.Address()}")
                .WithUrl(panels.Address(), "Panels");
        }
    }

    private static IResourceBuilder<T> WithSetup<T>(
        this IResourceBuilder<T> grafana, GrafanaSetup setup, string provisioning, string dashboards)
        where T : IResourceWithEndpoints, IResourceWithEnvironment => grafana
        .WithFixedPort(setup.Port, Setting)
        .WithEnvironment(context => setup.AddVariables(context.EnvironmentVariables, provisioning, dashboards))
        .WithHttpHealthCheck("/api/health", endpointName: "http")
        .WithUrlForEndpoint("http", url =>
        {
            url.DisplayText = "Dashboard";
            url.Url = GrafanaSetup.DashboardPath;
        });
}
