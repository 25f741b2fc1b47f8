using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;

namespace Aspire.Hosting;

public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name, Action<ProjectResourceOptions> configure)
        where TProject : IProjectMetadata, new() => builder.AddProject(name, new TProject(), configure);

    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, string projectPath, Action<ProjectResourceOptions> configure) =>
        builder.AddProject(name, new ProjectAtPath(Path.GetFullPath(projectPath, builder.AppHostDirectory)), configure);

    /// <summary>Which http endpoints ASP.NET Core is told of through <c>ASPNETCORE_URLS</c>.</summary>
    public static IResourceBuilder<ProjectResource> WithEndpointsInEnvironment(
        this IResourceBuilder<ProjectResource> builder, Func<EndpointAnnotation, bool> filter) =>
        builder.WithAnnotation(new EndpointEnvironmentFilterAnnotation(filter));

    private static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, IProjectMetadata project, Action<ProjectResourceOptions> configure)
    {
        var options = new ProjectResourceOptions();
        configure(options);
        if (!options.ExcludeLaunchProfile || !options.ExcludeKestrelEndpoints)
        {
            throw new DistributedApplicationException(
                $"Project '{name}': this implementation reads neither launch profiles nor Kestrel's endpoints; set ExcludeLaunchProfile and ExcludeKestrelEndpoints.");
        }

        return builder.AddResource(new ProjectResource(name))
            .WithAnnotation(project)
            .WithEnvironment(new ProjectEnvironment(builder.Environment).Add)
            .WithOtlpExporter();
    }

    private sealed record ProjectAtPath(string ProjectPath) : IProjectMetadata;
}
