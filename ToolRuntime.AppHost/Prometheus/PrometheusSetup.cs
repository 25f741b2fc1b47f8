using System.Globalization;

namespace ToolRuntime.AppHost.Prometheus;

/// <summary>Where Prometheus listens, what it scrapes, and where it keeps what it has seen.</summary>
internal sealed class PrometheusSetup(
    IDistributedApplicationBuilder builder, int port, IReadOnlyList<IResourceBuilder<IResourceWithEndpoints>> services)
{
    /// <summary>Survives restarts; a relative <c>Prometheus:DataPath</c> counts from where the user stands.</summary>
    public string DataPath { get; } = builder.Configuration["Prometheus:DataPath"] is { Length: > 0 } path
        ? Path.GetFullPath(path)
        : Path.Combine(builder.AppHostDirectory, ".data", "prometheus");

    public string ConfigurationPath => Path.Combine(DataPath, "prometheus.yml");

    public string RulesPath { get; } =
        Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "observability", "prometheus", "rules"));

    public int Port => port;

    /// <param name="configuration">The configuration file, as Prometheus sees it.</param>
    /// <param name="data">The folder of its database, as Prometheus sees it.</param>
    public string[] Arguments(string configuration, string data) =>
    [
        $"--config.file={configuration}",
        $"--storage.tsdb.path={data}",
        "--storage.tsdb.retention.time=15d",
        "--storage.tsdb.retention.size=2GB",
        "--enable-feature=exemplar-storage",
        // A service that was stopped with Prometheus itself leaves no mark of its end; without this it would be drawn
        // for five minutes beside the one that came after it.
        "--query.lookback-delta=30s",
        string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
    ];

    /// <summary>Writes the configuration from the addresses that the services really have.</summary>
    public async Task WriteConfigurationAsync(string rules, CancellationToken cancellationToken)
    {
        var addresses = new List<(string Name, string Address)>();
        foreach (var service in services)
        {
            var address = service.GetEndpoint("http").Property(EndpointProperty.HostAndPort);
            addresses.Add((service.Resource.Name, (await address.GetValueAsync(cancellationToken))!));
        }

        Directory.CreateDirectory(DataPath);
        await File.WriteAllTextAsync(ConfigurationPath, PrometheusConfiguration.Write(rules, addresses), cancellationToken);
    }
}
