using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway;

/// <summary>What becomes of calls and processes when executors go.</summary>
public sealed class ExecutorFailureTests : IAsyncLifetime
{
    private readonly Cluster _cluster = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_killed_executor_leaves_no_process_and_is_found_again()
    {
        var calls = Spin("a", "b");
        var pids = await PidsAsync("a", "b");

        foreach (var executor in _cluster.Executors)
        {
            executor.Signal(ServiceProcess.SIGKILL);
        }

        await Eventually.True(() => !pids.Any(LiveProcess.Exists), "the end of the tools", TimeSpan.FromSeconds(10));
        foreach (var call in calls)
        {
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        }

        await Eventually.True(
            async () => (await _cluster.Http.GetAsync("/health", Cancellation)).StatusCode == System.Net.HttpStatusCode.ServiceUnavailable,
            "an unhealthy gateway");
        var refused = await Assert.ThrowsAsync<RpcException>(() => EchoAsync());
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);

        await _cluster.RestartExecutorAsync(0);
        await _cluster.RestartExecutorAsync(1);
        await _cluster.ReadyAsync();
        await Eventually.True(
            async () =>
            {
                try
                {
                    return (await EchoAsync()).Outcome == Outcome.Success;
                }
                catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
                {
                    return false;
                }
            },
            "an answered call");
    }

    [Fact]
    public async Task A_call_that_had_started_is_not_run_again_elsewhere()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await _cluster.Client.ExecuteToolAsync(new ExecuteToolRequest { ToolId = "assassin" }, cancellationToken: Cancellation));

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Equal("ran\n", await File.ReadAllTextAsync(_cluster.File("runs"), Cancellation));
        // The connection is gone a moment before the process.
        await Eventually.True(() => _cluster.Executors.Any(executor => executor.HasExited), "the executor's end");
        Assert.Single(_cluster.Executors, executor => executor.HasExited);
    }

    [Fact]
    public async Task A_terminated_executor_ends_its_calls_and_its_processes_within_its_time()
    {
        var calls = Spin("a", "b");
        var pids = await PidsAsync("a", "b");

        foreach (var executor in _cluster.Executors)
        {
            executor.Signal(ServiceProcess.SIGTERM);
        }

        foreach (var call in calls)
        {
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        }

        foreach (var executor in _cluster.Executors)
        {
            await executor.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        }

        Assert.DoesNotContain(pids, LiveProcess.Exists);
    }

    private AsyncUnaryCall<ExecuteToolResponse>[] Spin(params string[] names) =>
        [.. names.Select(name => _cluster.Client.ExecuteToolAsync(
            new ExecuteToolRequest { ToolId = "spin", Input = ByteString.CopyFromUtf8($"\"{name}\"") }, cancellationToken: Cancellation))];

    private async Task<int[]> PidsAsync(params string[] names)
    {
        await Eventually.True(() => names.All(name => File.Exists(_cluster.File(name))), "the tools' start");
        return [.. names.Select(name => int.Parse(File.ReadAllText(_cluster.File(name)), CultureInfo.InvariantCulture))];
    }

    private async Task<ExecuteToolResponse> EchoAsync() =>
        await _cluster.Client.ExecuteToolAsync(
            new ExecuteToolRequest { ToolId = "echo", Input = ByteString.CopyFromUtf8("1") }, cancellationToken: Cancellation);
}
