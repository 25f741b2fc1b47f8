using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The links of a resource: its endpoints, what was added to them, and what callbacks made of both.</summary>
internal static class ResourceUrls
{
    public static async Task<ImmutableArray<UrlSnapshot>> ResolveAsync(
        IResource resource, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        var urls = new List<ResourceUrlAnnotation>();
        if (resource is IResourceWithEndpoints owner)
        {
            urls.AddRange(owner.GetEndpoints().Where(endpoint => endpoint.IsAllocated)
                .Select(endpoint => new ResourceUrlAnnotation { Url = endpoint.Url, Endpoint = endpoint }));
        }

        urls.AddRange(resource.Annotations.OfType<ResourceUrlAnnotation>());
        var context = new ResourceUrlsCallbackContext(executionContext, resource, urls, cancellationToken);
        foreach (var callback in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        return [.. context.Urls.Select((url, index) => ToSnapshot(url, index))];
    }

    /// <summary>An endpoint's links lead nowhere until its resource runs.</summary>
    public static ImmutableArray<UrlSnapshot> WithActivity(ImmutableArray<UrlSnapshot> urls, bool running) =>
        [.. urls.Select(url => url.Name is null ? url : url with { IsInactive = !running })];

    private static UrlSnapshot ToSnapshot(ResourceUrlAnnotation url, int index) => new(
        url.Endpoint?.EndpointName,
        url.Endpoint is { } endpoint && url.Url.StartsWith('/') ? endpoint.Url + url.Url : url.Url,
        url.DisplayLocation == UrlDisplayLocation.DetailsOnly)
    {
        DisplayProperties = new UrlDisplayPropertiesSnapshot(url.DisplayText ?? "", -index),
        IsInactive = url.Endpoint is not null,
    };
}
