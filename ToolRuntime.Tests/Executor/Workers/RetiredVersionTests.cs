using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Executor.Workers.Pool;

namespace ToolRuntime.Tests.Executor.Workers;

/// <summary>What the pool keeps for a version of a tool that only calls which came before its change still use.</summary>
public sealed class RetiredVersionTests
{
    private static readonly WorkerTool Retired = new(new WorkerModule("/bundles/a/tool.js", "/tools", IsEntrypoint: false), "", Profile: null);
    private static readonly IReadOnlySet<WorkerTool> Others = new HashSet<WorkerTool> { Retired with { Key = "other" } };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_call_of_it_makes_no_workers_of_it_wait()
    {
        var shelves = Shelves();
        shelves.RemoveExcept(Others);

        for (var i = 0; i < 10; i++)
        {
            Assert.Null(shelves.Take(Retired, out _));
        }

        for (var i = 0; i < 4; i++)
        {
            Assert.Null(shelves.Next()!.Tool);
        }

        Assert.Null(shelves.Next());
    }

    [Fact]
    public void A_version_that_comes_back_has_workers_again()
    {
        var shelves = Shelves();
        shelves.RemoveExcept(Others);
        shelves.RemoveExcept(new HashSet<WorkerTool> { Retired });

        shelves.Take(Retired, out _);

        Assert.Equal(Retired, shelves.Next()!.Tool);
    }

    [Fact]
    public async Task A_worker_that_has_loaded_it_meanwhile_is_not_kept()
    {
        await using var executor = await TestExecutor.StartAsync("export default () => 1;");
        var worker = await StartWorkerAsync(executor);
        var shelves = Shelves();
        shelves.Take(Retired, out _);
        var step = shelves.Next()!;
        Assert.Equal(Retired, step.Tool);

        shelves.RemoveExcept(Others);

        Assert.False(shelves.Put(step, worker));
        Assert.Equal(0, shelves.Waiting);
    }

    [Fact]
    public async Task A_reused_worker_is_not_taken_back()
    {
        await using var executor = await TestExecutor.StartAsync("export default () => 1;");
        var worker = await StartWorkerAsync(executor);
        var reused = new ReusedWorkers(new PoolOptions(), TimeProvider.System);
        Assert.True(reused.Put(Retired, worker));
        Assert.Same(worker, reused.Take(Retired));

        Assert.Empty(reused.RemoveExcept(Others));

        Assert.False(reused.Put(Retired, worker));
        Assert.Equal(0, reused.Waiting);
    }

    private PoolShelves Shelves() => new(new PoolOptions { Size = 4, Unassigned = 1 }, hasUnassigned: true, _time);

    private static Task<Worker> StartWorkerAsync(TestExecutor executor) =>
        executor.Services.GetRequiredService<WorkerSupervisor>().StartAsync(profile: null);
}
