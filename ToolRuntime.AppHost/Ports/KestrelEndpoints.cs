namespace ToolRuntime.AppHost.Ports;

internal static class KestrelEndpoints
{
    /// <summary>
    /// Gives a service its endpoints <c>http</c> (HTTP/1) and <c>grpc</c> (HTTP/2), and tells its Kestrel. Without
    /// DCP's proxy: that would be one hop more in every call.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithKestrelEndpoints(
        this IResourceBuilder<ProjectResource> service, int httpPort, int grpcPort)
    {
        service
            .WithHttpEndpoint(name: "http", port: httpPort, isProxied: false)
            .WithHttpEndpoint(name: "grpc", port: grpcPort, isProxied: false)
            .WithEndpointsInEnvironment(_ => false);

        var (http, grpc) = (service.GetEndpoint("http"), service.GetEndpoint("grpc"));
        return service
            .WithEnvironment("Kestrel__Endpoints__Http__Url", $"http://localhost:{http.Property(EndpointProperty.Port)}")
            .WithEnvironment("Kestrel__Endpoints__Grpc__Url", $"http://localhost:{grpc.Property(EndpointProperty.Port)}")
            .WithHttpHealthCheck("/health", endpointName: "http");
    }

    /// <summary>Names the links to the service; the given one comes first.</summary>
    public static IResourceBuilder<ProjectResource> WithNamedLinks(this IResourceBuilder<ProjectResource> service, string text, string path) =>
        service
            .WithUrlForEndpoint("http", url =>
            {
                url.DisplayText = text;
                url.Url = path;
            })
            .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/health", DisplayText = "Health" })
            .WithUrlForEndpoint("grpc", url => url.DisplayText = "gRPC");

    /// <summary>The services say by their own settings where they listen; a launch profile would say something else.</summary>
    public static void Exclude(ProjectResourceOptions options)
    {
        options.ExcludeLaunchProfile = true;
        options.ExcludeKestrelEndpoints = true;
    }
}
