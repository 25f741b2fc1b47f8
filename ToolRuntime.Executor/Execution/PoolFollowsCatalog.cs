using ToolRuntime.Executor.Tools;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Executor.Workers.Pool;

namespace ToolRuntime.Executor.Execution;

/// <summary>Tells the pool which tools there are, so that no worker of another version waits.</summary>
internal sealed class PoolFollowsCatalog(ToolCatalog catalog, WorkerPool pool) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        pool.Keep(catalog.Tools
            .Where(tool => tool.Module is not null)
            .Select(tool => new WorkerTool(tool.Module!, tool.Key))
            .ToHashSet());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
