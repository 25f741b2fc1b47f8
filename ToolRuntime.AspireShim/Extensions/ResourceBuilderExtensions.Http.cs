using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints =>
        builder.WithHttpHealthCheck(() => builder.HttpEndpoint(endpointName), endpointName, path, statusCode);

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, Func<EndpointReference>? endpointSelector, string? path = null, int? statusCode = null)
        where T : IResourceWithEndpoints =>
        builder.WithHttpHealthCheck(endpointSelector ?? (() => builder.HttpEndpoint(null)), null, path, statusCode);

    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(
        this IResourceBuilder<TResource> builder,
        string path,
        string displayName,
        string? endpointName = null,
        string? commandName = null,
        HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints =>
        builder.WithHttpCommand(path, displayName, () => builder.HttpEndpoint(endpointName), commandName, commandOptions);

    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(
        this IResourceBuilder<TResource> builder,
        string path,
        string displayName,
        Func<EndpointReference>? endpointSelector,
        string? commandName = null,
        HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints
    {
        var options = commandOptions ?? new HttpCommandOptions();
        var selector = options.EndpointSelector ?? endpointSelector ?? (() => builder.HttpEndpoint(null));
        var name = commandName ?? $"{builder.Resource.Name}-http-{(options.Method ?? HttpMethod.Post).Method}-{path}";
        return builder.WithCommand(name, displayName, new HttpCommand(path, selector, options).ExecuteAsync, options);
    }

    public static IResourceBuilder<T> WithCommand<T>(
        this IResourceBuilder<T> builder,
        string name,
        string displayName,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand,
        CommandOptions? commandOptions = null)
        where T : IResource
    {
        foreach (var earlier in builder.Resource.Annotations.OfType<ResourceCommandAnnotation>()
            .Where(command => command.Name == name).ToList())
        {
            builder.Resource.Annotations.Remove(earlier);
        }

        var options = commandOptions ?? new CommandOptions();
        return builder.WithAnnotation(new ResourceCommandAnnotation(
            name,
            displayName,
            options.UpdateState ?? (context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
                ? ResourceCommandState.Enabled
                : ResourceCommandState.Disabled),
            executeCommand,
            options.Description,
            parameter: null,
            options.ConfirmationMessage,
            options.IconName,
            options.IconVariant,
            options.IsHighlighted));
    }

    private static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, Func<EndpointReference> endpoint, string? endpointName, string? path, int? statusCode)
        where T : IResourceWithEndpoints
    {
        var key = $"{builder.Resource.Name}_{endpointName ?? "http"}_{path ?? "/"}_{statusCode ?? 200}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new HttpEndpointHealthCheck(
                services.GetRequiredService<IHttpClientFactory>(), endpoint, path ?? "/", statusCode ?? 200),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }

    private static EndpointReference HttpEndpoint<T>(this IResourceBuilder<T> builder, string? name)
        where T : IResourceWithEndpoints
    {
        var endpoints = builder.Resource.Annotations.OfType<EndpointAnnotation>();
        var chosen = name is null
            ? endpoints.FirstOrDefault(endpoint => endpoint.UriScheme is "http" or "https")
            : endpoints.FirstOrDefault(endpoint => string.Equals(endpoint.Name, name, StringComparison.OrdinalIgnoreCase));
        return chosen is null
            ? throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' has no {(name is null ? "HTTP endpoint" : $"endpoint '{name}'")}.")
            : builder.GetEndpoint(chosen.Name);
    }
}
