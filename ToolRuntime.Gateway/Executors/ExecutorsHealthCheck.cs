using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ToolRuntime.Gateway.Executors;

/// <summary>Healthy once at least one executor is connected and its tools are listed.</summary>
internal sealed class ExecutorsHealthCheck(ExecutorDirectory directory) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var executors = directory.Executors;
        var ready = executors.Count(executor => executor.Condition == ExecutorCondition.Ready);
        var description = $"{ready} of {executors.Count} executors are ready";
        return Task.FromResult(ready > 0 ? HealthCheckResult.Healthy(description) : HealthCheckResult.Unhealthy(description));
    }
}
