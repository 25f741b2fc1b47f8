using Microsoft.Extensions.Diagnostics.HealthChecks;
using ToolRuntime.Executor.Processes.Sandbox;

namespace ToolRuntime.Executor.Hosting;

/// <summary>Says in the health detail which sandbox tools run in.</summary>
internal sealed class SandboxHealthCheck(SandboxInForce sandbox) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Healthy(sandbox.ToString()));
}
