using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>Asks an endpoint over HTTP, from here: DCP's own probes keep a stale port after a restart.</summary>
internal sealed class HttpEndpointHealthCheck(
    IHttpClientFactory clients, Func<EndpointReference> endpoint, string path, int statusCode) : IHealthCheck
{
    public const string ClientName = "Aspire.Hosting.HealthChecks";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (endpoint() is not { IsAllocated: true } allocated)
        {
            return HealthCheckResult.Unhealthy("The endpoint has no address yet.");
        }

        var url = new Uri(new Uri(allocated.Url), path);
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (int)response.StatusCode == statusCode
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"{url} answered {(int)response.StatusCode}, not {statusCode}.");
        }
        catch (HttpRequestException exception)
        {
            return HealthCheckResult.Unhealthy($"{url}: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"{url} did not answer in time.");
        }
    }
}
