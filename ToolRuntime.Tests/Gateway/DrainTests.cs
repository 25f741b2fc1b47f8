using Google.Protobuf;
using Grpc.Core;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;
using Kind = ToolRuntime.Contracts.V1.ExecutionEvent.EventOneofCase;

namespace ToolRuntime.Tests.Gateway;

/// <summary>What becomes of calls at an executor that is about to stop.</summary>
public sealed class DrainTests(DrainTests.NarrowCluster cluster) : IClassFixture<DrainTests.NarrowCluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_runs_goes_on_and_what_waits_goes_elsewhere()
    {
        await cluster.ConnectedAsync();
        // Each executor runs one and has one wait.
        var running = new[] { Follow("run-0"), Follow("run-1") };
        await Task.WhenAll(running.Select(call => UntilAsync(call, Kind.Log)));
        var waiting = new[] { Follow("wait-0"), Follow("wait-1") };
        var queuedAt = (await Task.WhenAll(waiting.Select(call => UntilAsync(call, Kind.Queued)))).Select(queued => queued.Queued.Executor).ToArray();
        Assert.Equal(["executor-0", "executor-1"], queuedAt.Order());
        var moved = waiting[Array.IndexOf(queuedAt, "executor-0")];

        cluster.Executors[0].Signal(ServiceProcess.SIGTERM);

        Assert.Equal("executor-1", (await UntilAsync(moved, Kind.Queued)).Queued.Executor);
        foreach (var name in new[] { "run-0", "run-1", "wait-0", "wait-1" })
        {
            await File.WriteAllTextAsync(cluster.File(name), "", Cancellation);
        }

        var results = await Task.WhenAll(running.Concat(waiting).Select(call => UntilAsync(call, Kind.Result)));
        Assert.All(results, result => Assert.Equal(Outcome.Success, result.Result.Outcome));
        Assert.Equal(["executor-0", "executor-1", "executor-1", "executor-1"], results.Select(result => result.Result.Executor).Order());
        await cluster.Executors[0].WaitForExitAsync();
    }

    private AsyncServerStreamingCall<ExecutionEvent> Follow(string name) => cluster.Client.ExecuteToolStream(
        new ExecuteToolRequest { ToolId = "wait", Input = ByteString.CopyFromUtf8($"\"{name}\"") }, cancellationToken: Cancellation);

    private static async Task<ExecutionEvent> UntilAsync(AsyncServerStreamingCall<ExecutionEvent> call, Kind kind)
    {
        while (await call.ResponseStream.MoveNext(Cancellation))
        {
            if (call.ResponseStream.Current.EventCase == kind)
            {
                return call.ResponseStream.Current;
            }
        }

        throw new InvalidOperationException($"The stream ended without {kind}.");
    }

    /// <summary>A cluster whose executors run one call at a time.</summary>
    public sealed class NarrowCluster() : Cluster(("Executor__MaxConcurrency", "1"), ("Executor__DrainTimeout", "00:00:10"));
}
