using ToolRuntime.AppHost.Ports;
using ToolRuntime.AppHost.Programs;

namespace ToolRuntime.AppHost.Prometheus;

internal static class PrometheusExtensions
{
    private const int UsualPort = 5083;

    /// <summary>
    /// Adds a Prometheus that scrapes the services, in the first way that this machine offers: the program on PATH,
    /// Debian's package.
    /// </summary>
    public static IResourceBuilder<IResourceWithEndpoints> AddPrometheus(
        this IDistributedApplicationBuilder builder, string name, IReadOnlyList<IResourceBuilder<IResourceWithEndpoints>> services)
    {
        var setup = new PrometheusSetup(builder, builder.GetPort("Prometheus", UsualPort), services);
        if (builder.FindProgram("prometheus") is { } program)
        {
            return builder.AddProcess(name, program, setup);
        }

        var package = DebianPackage.Find(builder, "prometheus")!;
        return builder.AddProcess(name, package.Program("prometheus"), setup).WithDownload(package);
    }

    private static IResourceBuilder<ExecutableResource> AddProcess(
        this IDistributedApplicationBuilder builder, string name, string program, PrometheusSetup setup) =>
        builder.AddExecutable(name, program, ".", setup.Arguments(setup.ConfigurationPath, Path.Combine(setup.DataPath, "tsdb")))
            .WithHttpEndpoint(setup.Port, name: "http", isProxied: false)
            .WithHttpHealthCheck("/-/ready", endpointName: "http")
            .OnBeforeResourceStarted((_, _, cancellationToken) => setup.WriteConfigurationAsync(setup.RulesPath, cancellationToken))
            .WithLinks();

    private static IResourceBuilder<T> WithLinks<T>(this IResourceBuilder<T> prometheus)
        where T : IResourceWithEndpoints => prometheus
        .WithUrlForEndpoint("http", url =>
        {
            url.DisplayText = "Targets";
            url.Url = "/targets";
        })
        .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/alerts", DisplayText = "Alerts" });
}
