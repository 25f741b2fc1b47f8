using System.Text.Json;

namespace ToolRuntime.AppHost.Prometheus;

/// <summary>What Prometheus is told to scrape, as the text of its configuration file.</summary>
internal static class PrometheusConfiguration
{
    /// <param name="rules">The folder of the rule files, as Prometheus sees it.</param>
    /// <param name="services">Each by its name and the host and port of its <c>/metrics</c>.</param>
    public static string Write(string rules, IEnumerable<(string Name, string Address)> services) =>
        // Locally one wants to see at once what happens.
        $"""
        # Written by the AppHost at each start.
        global:
          scrape_interval: 5s
          scrape_timeout: 4s
          evaluation_interval: 5s
        storage:
          exemplars:
            max_exemplars: 100000
        rule_files: [{Quote($"{rules}/*.yml")}]
        scrape_configs:
        {string.Concat(services.Select(Scrape))}
        """;

    // By name, whatever the port is this time: another instance would be a second line in every panel.
    private static string Scrape((string Name, string Address) service) =>
        $$"""
          - job_name: {{Quote(service.Name)}}
            static_configs:
              - targets: [{{Quote(service.Address)}}]
                labels: { instance: {{Quote(service.Name)}} }

        """;

    /// <summary>A string in JSON is one in YAML.</summary>
    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
