using ToolRuntime.AppHost.Ports;
using ToolRuntime.AppHost.Programs;

namespace ToolRuntime.AppHost.Prometheus;

internal static class PrometheusExtensions
{
    private const string Image = "prom/prometheus";
    private const string Tag = "v3.5.0";
    private const string Setting = "Prometheus";
    private const int UsualPort = 5083;

    /// <summary>
    /// Adds a Prometheus that scrapes the services, in the first way that this machine offers: the program on PATH, the
    /// official image, Debian's package. Where there is none, the resource says what is missing.
    /// </summary>
    public static IResourceBuilder<IResourceWithEndpoints> AddPrometheus(
        this IDistributedApplicationBuilder builder, string name, IReadOnlyList<IResourceBuilder<IResourceWithEndpoints>> services)
    {
        var setup = new PrometheusSetup(builder, builder.GetPort(Setting, UsualPort), services);
        if (builder.FindProgram("prometheus") is { } program)
        {
            return Directory.Exists(DebianPages.Folder(program))
                ? builder.AddDebians(name, program, setup)
                : builder.AddProcess(name, program, setup).WithLinks("");
        }

        if (builder.HasContainerEngine())
        {
            return builder.AddImage(name, setup);
        }

        // Of time zones there are 200 MB, which no page of Prometheus' looks at.
        if (DebianPackage.Find(builder, "prometheus", without: "libjs-moment-timezone") is { } package)
        {
            return builder.AddDebians(name, package.Program("prometheus"), setup).WithDownload(package);
        }

        return builder.AddMissingProgram(
            name,
            "Needs Prometheus",
            "Put the program prometheus on PATH, or start Docker or Podman, and start the application again.")
            .WithFixedPort(setup.Port, Setting);
    }

    private static IResourceBuilder<ExecutableResource> AddDebians(
        this IDistributedApplicationBuilder builder, string name, string program, PrometheusSetup setup) =>
        builder.AddProcess(name, program, setup)
            .WithArgs($"--web.local-assets={DebianPages.Folder(program)}")
            .WithLinks(DebianPages.Prefix);

    private static IResourceBuilder<ExecutableResource> AddProcess(
        this IDistributedApplicationBuilder builder, string name, string program, PrometheusSetup setup) =>
        builder.AddExecutable(name, program, ".", setup.Arguments(setup.ConfigurationPath, Path.Combine(setup.DataPath, "tsdb")))
            .WithFixedPort(setup.Port, Setting)
            .WithHttpHealthCheck("/-/ready", endpointName: "http")
            .OnBeforeResourceStarted((_, _, cancellationToken) => setup.WriteConfigurationAsync(setup.RulesPath, cancellationToken));

    /// <summary>
    /// On the host's network, since the services listen on the host's loopback only. The data is in a volume, whose
    /// owner is the image's own user.
    /// </summary>
    private static IResourceBuilder<ContainerResource> AddImage(
        this IDistributedApplicationBuilder builder, string name, PrometheusSetup setup)
    {
        const string Configuration = "/etc/prometheus/prometheus.yml";
        const string Rules = "/etc/prometheus/rules";
        const string Data = "/prometheus";
        return builder.AddContainer(name, Image, Tag)
            .WithContainerRuntimeArgs("--network", "host")
            .WithBindMount(setup.ConfigurationPath, Configuration, isReadOnly: true)
            .WithBindMount(setup.RulesPath, Rules, isReadOnly: true)
            .WithVolume("toolruntime-prometheus", Data)
            .WithArgs(setup.Arguments(Configuration, Data))
            .WithFixedPort(setup.Port, Setting)
            .WithHttpHealthCheck("/-/ready", endpointName: "http")
            .OnBeforeResourceStarted((_, _, cancellationToken) => setup.WriteConfigurationAsync(Rules, cancellationToken))
            .WithLinks("");
    }

    private static IResourceBuilder<T> WithLinks<T>(this IResourceBuilder<T> prometheus, string prefix)
        where T : IResourceWithEndpoints => prometheus
        .WithUrlForEndpoint("http", url =>
        {
            url.DisplayText = "Targets";
            url.Url = $"{prefix}/targets";
        })
        .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = $"{prefix}/alerts", DisplayText = "Alerts" });
}
