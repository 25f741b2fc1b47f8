using ToolRuntime.AppHost.Ports;

namespace ToolRuntime.AppHost.Traffic;

internal static class TrafficExtensions
{
    /// <summary>
    /// Adds a caller of the sample tools, which is started by hand: a mix of success, failure and time-out, so that every
    /// panel has something to show in a minute.
    /// </summary>
    public static IResourceBuilder<ProjectResource> AddTraffic(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ProjectResource> gateway) =>
        builder.AddProject<Projects.ToolRuntime_Bench>(name, KestrelEndpoints.Exclude)
            .WithArgs("traffic")
            .WithEnvironment("Traffic__Gateway", gateway.GetEndpoint("grpc"))
            .WaitFor(gateway)
            .WithExplicitStart();
}
