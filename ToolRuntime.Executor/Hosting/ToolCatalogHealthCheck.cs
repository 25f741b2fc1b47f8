using Microsoft.Extensions.Diagnostics.HealthChecks;
using ToolRuntime.Executor.Tools;

namespace ToolRuntime.Executor.Hosting;

/// <summary>Says in the health detail which tools cannot be loaded. One bad tool never makes the executor unhealthy.</summary>
internal sealed class ToolCatalogHealthCheck(ToolCatalog catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var tools = catalog.Tools;
        var failed = tools.Where(tool => tool.LoadError.Length > 0).ToArray();
        var outdated = failed.Count(tool => tool.Module is not null);
        var description = $"{tools.Count - failed.Length} tools loaded, {failed.Length - outdated} not";
        return Task.FromResult(HealthCheckResult.Healthy(
            outdated > 0 ? $"{description}, {outdated} run as before their last change" : description,
            failed.ToDictionary(tool => tool.Id, object (tool) => tool.LoadError)));
    }
}
