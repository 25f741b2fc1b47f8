using ToolRuntime.Executor.Tools;
using ToolRuntime.Executor.Workers.Pool;

namespace ToolRuntime.Executor.Execution;

/// <summary>Tells the pool which tools there are, so that no worker waits for calls of a version that gets none.</summary>
internal sealed class PoolFollowsCatalog(ToolCatalog catalog, WorkerTools workerTools, WorkerPool pool) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        catalog.Retired += OnRetired;
        Keep();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        catalog.Retired -= OnRetired;
        return Task.CompletedTask;
    }

    private void OnRetired(IReadOnlyList<Tool> retired) => Keep();

    private void Keep() =>
        pool.Keep(catalog.Tools
            .Where(tool => tool.CanRun)
            .Select(workerTools.Of)
            .ToHashSet());
}
