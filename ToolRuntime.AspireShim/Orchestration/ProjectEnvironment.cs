using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>What every project is told: its addresses, and what its environment is called.</summary>
internal sealed class ProjectEnvironment(IHostEnvironment environment)
{
    public void Add(EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        variables["ASPNETCORE_ENVIRONMENT"] = environment.EnvironmentName;
        variables["DOTNET_ENVIRONMENT"] = environment.EnvironmentName;
        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
        variables["LOGGING__CONSOLE__FORMATTEROPTIONS__TIMESTAMPFORMAT"] = "yyyy-MM-ddTHH:mm:ss.fffffff ";
        AddUrls(context);
    }

    private static void AddUrls(EnvironmentCallbackContext context)
    {
        var filters = context.Resource.Annotations.OfType<EndpointEnvironmentFilterAnnotation>().ToList();
        var urls = context.Resource.Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => endpoint.UriScheme is "http" or "https" && filters.TrueForAll(filter => filter.Filter(endpoint)))
            .Select(endpoint => new EndpointReference((IResourceWithEndpoints)context.Resource, endpoint.Name))
            .Select(endpoint => ReferenceExpression.Create(
                $"{endpoint.Scheme}://localhost:{endpoint.Property(EndpointProperty.TargetPort)}"))
            .ToList();
        if (urls.Count > 0)
        {
            context.EnvironmentVariables["ASPNETCORE_URLS"] = new JoinedValues(";", urls);
        }
    }

    private sealed class JoinedValues(string separator, IReadOnlyList<IValueProvider> values) : IValueProvider
    {
        public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
        {
            var parts = new List<string?>();
            foreach (var value in values)
            {
                parts.Add(await value.GetValueAsync(cancellationToken));
            }

            return string.Join(separator, parts);
        }
    }
}
