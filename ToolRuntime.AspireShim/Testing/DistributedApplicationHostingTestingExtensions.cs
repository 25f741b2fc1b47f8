using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationHostingTestingExtensions
{
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var model = app.Services.GetRequiredService<DistributedApplicationModel>();
        if (!model.Resources.TryGetByName(resourceName, out var found) || found is not IResourceWithEndpoints resource)
        {
            throw new ArgumentException($"There is no resource '{resourceName}' with endpoints.", nameof(resourceName));
        }

        var endpoint = endpointName is null
            ? resource.GetEndpoints().FirstOrDefault(candidate => candidate.Scheme is "http" or "https") ?? resource.GetEndpoints().FirstOrDefault()
            : resource.GetEndpoints().FirstOrDefault(candidate => string.Equals(candidate.EndpointName, endpointName, StringComparison.OrdinalIgnoreCase));
        return endpoint is null
            ? throw new ArgumentException($"Resource '{resourceName}' has no such endpoint.", nameof(endpointName))
            : new Uri(endpoint.Url);
    }

    /// <summary>A client whose base address is the endpoint's.</summary>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = app.GetEndpoint(resourceName, endpointName);
        return client;
    }
}
