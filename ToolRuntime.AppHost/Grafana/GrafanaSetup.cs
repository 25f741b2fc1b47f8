using System.Globalization;
using ToolRuntime.AppHost.Ports;

namespace ToolRuntime.AppHost.Grafana;

/// <summary>What Grafana is told by its environment: where it listens, who may look, and what to show.</summary>
internal sealed class GrafanaSetup(IDistributedApplicationBuilder builder, int port, string prometheusUrl)
{
    public const string DashboardPath = "/d/tool-runtime";

    private readonly string _folder = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "observability", "grafana"));

    public int Port => port;

    public string Provisioning => Path.Combine(_folder, "provisioning");

    public string Dashboards => Path.Combine(_folder, "dashboards");

    public string DataPath { get; } = Path.Combine(builder.AppHostDirectory, ".data", "grafana");

    /// <summary>Grafana needs the folder of its pages, which packages put beside the program or under <c>/usr/share</c>.</summary>
    public static string? FindHome(string program) =>
        new[] { Path.Combine(Path.GetDirectoryName(program)!, ".."), "/usr/share/grafana" }
            .Select(Path.GetFullPath)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "conf", "defaults.ini")));

    /// <param name="variables">Takes the variables.</param>
    /// <param name="provisioning">The folder of the provisioning, as Grafana sees it.</param>
    /// <param name="dashboards">The folder of the dashboards, as Grafana sees it.</param>
    public void AddVariables(Dictionary<string, object> variables, string provisioning, string dashboards)
    {
        variables["GF_SERVER_HTTP_ADDR"] = "127.0.0.1";
        variables["GF_SERVER_HTTP_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        variables["GF_PATHS_PROVISIONING"] = provisioning;
        variables["GF_AUTH_ANONYMOUS_ENABLED"] = "true";
        variables["GF_AUTH_ANONYMOUS_ORG_ROLE"] = "Viewer";
        variables["GF_AUTH_DISABLE_LOGIN_FORM"] = "true";
        variables["GF_ANALYTICS_REPORTING_ENABLED"] = "false";
        variables["GF_ANALYTICS_CHECK_FOR_UPDATES"] = "false";
        variables["GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES"] = "false";
        variables["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] = $"{dashboards}/tool-runtime.json";

        // Read by the files in the provisioning folder.
        variables["PROMETHEUS_URL"] = prometheusUrl;
        variables["TRACES_URL"] = builder.DashboardAddress();
        variables["DASHBOARDS_PATH"] = dashboards;
    }
}
