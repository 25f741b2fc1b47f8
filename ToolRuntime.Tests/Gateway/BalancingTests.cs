using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway;

/// <summary>Where calls go, and what becomes of them when executors come and go.</summary>
public sealed class BalancingTests(BalancingTests.FastCluster cluster) : IClassFixture<BalancingTests.FastCluster>, IAsyncLifetime
{
    // More calls at once than one connection carries.
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(cluster.Gateway.Grpc, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
        DisposeHttpClient = true,
    });


    private ToolService.ToolServiceClient Client => new(_channel);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await cluster.ConnectedAsync();

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_thousand_calls_are_spread_evenly()
    {
        var answers = await CallAsync(calls: 1_000, callers: 16);

        Assert.Equal(1_000, answers.Values.Sum());
        Assert.All(answers.Values, count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public async Task An_executor_that_hangs_gets_few_and_the_other_goes_on()
    {
        cluster.Executors[0].Signal(ServiceProcess.SIGSTOP);
        using var over = new CancellationTokenSource();
        try
        {
            var answered = 0;
            var callers = Enumerable.Range(0, 8).Select(async _ =>
            {
                while (true)
                {
                    Assert.Equal("executor-1", (await EchoAsync(over.Token)).Executor);
                    Interlocked.Increment(ref answered);
                }
            }).ToArray();

            // Some of the callers wait for the one that hangs: at most as many as the other has at once, and one.
            await Eventually.True(() => answered >= 200, "answers of the other");

            await over.CancelAsync();
            foreach (var caller in callers)
            {
                Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => caller)).StatusCode);
            }
        }
        finally
        {
            cluster.Executors[0].Signal(ServiceProcess.SIGCONT);
        }
    }

    [Fact]
    public async Task Executors_that_are_killed_and_stopped_lose_no_answer_and_run_nothing_twice()
    {
        const int Callers = 200;
        const int CallsEach = 10;
        var statuses = new ConcurrentBag<StatusCode>();
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < CallsEach; i++)
            {
                statuses.Add(await NoteAsync($"{caller}-{i}"));
            }
        })).ToArray();

        await Eventually.True(async () => (await NotesAsync()).Length >= 50, "calls that run");
        foreach (var (index, signal) in new[] { (0, ServiceProcess.SIGKILL), (1, ServiceProcess.SIGTERM), (0, ServiceProcess.SIGTERM) })
        {
            cluster.Executors[index].Signal(signal);
            await cluster.Executors[index].WaitForExitAsync();
            await cluster.RestartExecutorAsync(index);
            await cluster.ReadyAsync();
        }

        await Task.WhenAll(callers);
        var notes = await NotesAsync();
        Assert.Equal(notes.Distinct().Count(), notes.Length);
        var answers = statuses.CountBy(status => status).ToDictionary();
        Assert.Equal(Callers * CallsEach, answers.Values.Sum());
        // What ran at the one that was killed, and nothing else.
        Assert.InRange(answers.GetValueOrDefault(StatusCode.Unavailable), 1, Callers);
        Assert.Equal(Callers * CallsEach, answers[StatusCode.OK] + answers[StatusCode.Unavailable]);
        Assert.InRange(notes.Length, answers[StatusCode.OK], Callers * CallsEach);
    }

    // What the tools that started have left.
    private async Task<string[]> NotesAsync() =>
        File.Exists(cluster.File("notes")) ? await File.ReadAllLinesAsync(cluster.File("notes"), Cancellation) : [];

    private async Task<StatusCode> NoteAsync(string id)
    {
        try
        {
            var response = await Client.ExecuteToolAsync(Request("note", $"\"{id}\"", id), cancellationToken: Cancellation);
            Assert.Equal((id, Outcome.Success), (response.ExecutionId, response.Outcome));
            return StatusCode.OK;
        }
        catch (RpcException exception)
        {
            return exception.StatusCode;
        }
    }

    private async Task<ConcurrentDictionary<string, int>> CallAsync(int calls, int callers)
    {
        var answers = new ConcurrentDictionary<string, int>();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            for (var i = caller; i < calls; i += callers)
            {
                answers.AddOrUpdate((await EchoAsync(Cancellation)).Executor, 1, (_, count) => count + 1);
            }
        }));
        return answers;
    }

    private async Task<ExecuteToolResponse> EchoAsync(CancellationToken cancellationToken) =>
        await Client.ExecuteToolAsync(Request("echo", "1"), cancellationToken: cancellationToken);

    private static ExecuteToolRequest Request(string toolId, string input, string executionId = "") =>
        new() { ToolId = toolId, Input = ByteString.CopyFromUtf8(input), ExecutionId = executionId };

    /// <summary>A cluster that serves many calls in a short time.</summary>
    public sealed class FastCluster() : Cluster(("Executor__Isolation", "Reused"), ("Executor__DrainTimeout", "00:00:05"));
}
