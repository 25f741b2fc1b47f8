namespace ToolRuntime.AppHost.Ports;

internal static class FixedPorts
{
    /// <summary>
    /// Serves on the port of <c>Ports:{setting}</c>, without a proxy. Where the port is taken the resource fails to
    /// start at once, and says by whom and what can be done.
    /// </summary>
    public static IResourceBuilder<T> WithFixedPort<T>(this IResourceBuilder<T> resource, int port, string setting)
        where T : IResourceWithEndpoints => resource
        .WithHttpEndpoint(port, targetPort: port, name: "http", isProxied: false)
        .OnBeforeResourceStarted((_, _, _) => PortSettings.IsFree(port)
            ? Task.CompletedTask
            : throw new DistributedApplicationException(
                $"Port {port} of '{resource.Resource.Name}' is taken{(PortOwner.Find(port) is { } owner ? $" by {owner}" : "")}. End what listens there and start the resource again, or choose another port with --Ports:{setting}=<port>."));

    /// <summary>Where the resource will listen, known before it does.</summary>
    public static string Address(this IResourceBuilder<IResourceWithEndpoints> resource) =>
        FormattableString.Invariant($"http://localhost:{resource.GetEndpoint("http").EndpointAnnotation.Port}");
}
