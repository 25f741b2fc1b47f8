using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ToolRuntime.Executor;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Executor.Execution.Admission;
using ToolRuntime.Executor.Telemetry;

namespace ToolRuntime.Tests.Executor.Execution;

public sealed class AdmissionQueueTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Calls_beyond_the_limit_wait_for_one_to_end()
    {
        var queue = Queue(limit: 2);
        var first = await queue.EnterAsync("a", 10, Cancellation);
        await queue.EnterAsync("a", 10, Cancellation);

        var third = queue.EnterAsync("a", 10, Cancellation).AsTask();
        Assert.False(third.IsCompleted);
        first.Dispose();

        await third;
    }

    [Fact]
    public async Task A_stop_turns_away_those_that_wait()
    {
        var queue = Queue(limit: 1);
        using var running = await queue.EnterAsync("a", 10, Cancellation);
        var waiting = queue.EnterAsync("a", 10, Cancellation).AsTask();

        _lifetime.StopApplication();

        Assert.False((await Assert.ThrowsAsync<ExecutorStoppingException>(() => waiting)).MayHaveStarted);
    }

    [Fact]
    public async Task A_tools_own_limit_holds_back_that_tool_only()
    {
        var queue = Queue(limit: 10);
        await queue.EnterAsync("a", 1, Cancellation);

        var second = queue.EnterAsync("a", 1, Cancellation).AsTask();
        var other = queue.EnterAsync("b", 1, Cancellation).AsTask();

        Assert.False(second.IsCompleted);
        Assert.True(other.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Tools_take_turns_so_that_one_tools_flood_does_not_starve_another()
    {
        var queue = Queue(limit: 1);
        var running = await queue.EnterAsync("flood", 10, Cancellation);
        var flood = Enumerable.Range(0, 50).Select(_ => queue.EnterAsync("flood", 10, Cancellation).AsTask()).ToArray();
        var other = queue.EnterAsync("other", 10, Cancellation).AsTask();

        running.Dispose();
        (await flood[0]).Dispose();
        await other;

        Assert.False(flood[1].IsCompleted);
    }

    [Fact]
    public async Task A_full_queue_refuses()
    {
        var queue = Queue(limit: 1, maxQueued: 1);
        await queue.EnterAsync("a", 10, Cancellation);
        _ = queue.EnterAsync("a", 10, Cancellation).AsTask();

        var exception = await Assert.ThrowsAsync<CallRefusedException>(() => queue.EnterAsync("a", 10, Cancellation).AsTask());

        Assert.True(exception.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_call_that_waits_too_long_is_refused_and_leaves_its_place()
    {
        var queue = Queue(limit: 1);
        var running = await queue.EnterAsync("a", 10, Cancellation);
        var late = queue.EnterAsync("a", 10, Cancellation).AsTask();

        _time.Advance(TimeSpan.FromSeconds(11));

        await Assert.ThrowsAsync<CallRefusedException>(() => late);
        running.Dispose();
        Assert.True(queue.EnterAsync("a", 10, Cancellation).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_call_that_is_over_leaves_its_place()
    {
        var queue = Queue(limit: 1, maxQueued: 1);
        var running = await queue.EnterAsync("a", 10, Cancellation);
        using var over = new CancellationTokenSource();
        var gone = queue.EnterAsync("a", 10, over.Token).AsTask();
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        var next = queue.EnterAsync("b", 10, Cancellation).AsTask();
        running.Dispose();

        await next;
    }

    [Fact]
    public async Task Under_load_never_more_run_than_may_and_all_get_their_turn()
    {
        var queue = Queue(limit: 3, maxQueued: 10_000);
        var running = 0;
        var most = 0;

        await Task.WhenAll(Enumerable.Range(0, 2000).Select(async i =>
        {
            using var turn = await queue.EnterAsync($"tool-{i % 7}", 2, Cancellation);
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
        }));

        Assert.Equal(0, running);
        Assert.InRange(most, 1, 3);
    }

    private AdmissionQueue Queue(int limit, int maxQueued = 100) => new(
        new ToolRuntimeMetrics(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()),
        Options.Create(new ExecutorOptions { MaxConcurrency = limit, MaxQueued = maxQueued, MaxQueueTime = TimeSpan.FromSeconds(10) }),
        _lifetime,
        _time);

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
