using Microsoft.Extensions.Diagnostics.HealthChecks;
using ToolRuntime.Executor.Tools;

namespace ToolRuntime.Executor.Hosting;

/// <summary>Says in the health detail which tools cannot run. One bad tool never makes the executor unhealthy.</summary>
internal sealed class ToolCatalogHealthCheck(ToolCatalog catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var broken = catalog.Tools
            .Where(tool => tool.LoadError.Length > 0)
            .ToDictionary(tool => tool.Id, object (tool) => tool.LoadError);
        return Task.FromResult(HealthCheckResult.Healthy(
            $"{catalog.Tools.Count - broken.Count} tools loaded, {broken.Count} not", broken));
    }
}
