using System.Globalization;
using Microsoft.Extensions.Configuration;
using ToolRuntime.AppHost.Ports;

namespace ToolRuntime.AppHost.Executors;

internal static class ExecutorExtensions
{
    private const int UsualReplicas = 2;

    public static IReadOnlyList<IResourceBuilder<ProjectResource>> AddExecutors(this IDistributedApplicationBuilder builder)
    {
        var replicas = builder.Configuration.GetValue("Executor:Replicas", UsualReplicas);
        return replicas > 0
            ? [.. Enumerable.Range(0, replicas).Select(builder.AddExecutor)]
            : throw new DistributedApplicationException($"Executor:Replicas is {replicas}, and has to be at least 1.");
    }

    private static IResourceBuilder<ProjectResource> AddExecutor(this IDistributedApplicationBuilder builder, int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"executor-{number}");
        var httpPort = builder.FindFreePort();
        return builder.AddProject<Projects.ToolRuntime_Executor>(name, KestrelEndpoints.Exclude)
            .WithKestrelEndpoints(httpPort, builder.FindFreePort(except: httpPort))
            .WithEnvironment("Executor__Name", name)
            .WithEnvironment("Tools__Path", builder.ToolsPath())
            .WithNamedLinks("Metrics", "/metrics");
    }

    /// <summary>A relative path counts from where the user stands; without one it is the repository's own tools.</summary>
    private static string ToolsPath(this IDistributedApplicationBuilder builder) =>
        builder.Configuration["Tools:Path"] is { Length: > 0 } path
            ? Path.GetFullPath(path)
            : Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "tools"));
}
