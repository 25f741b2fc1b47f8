namespace Aspire.Hosting.ApplicationModel;

/// <summary>A .NET project, run as it was built.</summary>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport;

public static class ProjectResourceExtensions
{
    public static IProjectMetadata GetProjectMetadata(this ProjectResource projectResource) =>
        projectResource.Annotations.OfType<IProjectMetadata>().Single();
}

/// <summary>Which of a project's endpoints are told to ASP.NET Core.</summary>
internal sealed record EndpointEnvironmentFilterAnnotation(Func<EndpointAnnotation, bool> Filter) : IResourceAnnotation;
