using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;
using Event = ToolRuntime.Contracts.V1.ExecutionEvent;
using Kind = ToolRuntime.Contracts.V1.ExecutionEvent.EventOneofCase;

namespace ToolRuntime.Tests.Gateway;

/// <summary>A call's events by gRPC, through the gateway and an executor.</summary>
public sealed class StreamTests(Cluster cluster) : IClassFixture<Cluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_comes_in_its_order_and_the_result_last()
    {
        using var call = cluster.Client.ExecuteToolStream(Request("talk", "42", "talk-1"), cancellationToken: Cancellation);
        var events = await call.ResponseStream.ReadAllAsync(Cancellation).ToListAsync(Cancellation);

        Assert.Equal(
            [Kind.Queued, Kind.Started, Kind.Log, Kind.Log, Kind.Log, Kind.Progress, Kind.Log, Kind.Log, Kind.Result],
            events.Select(happened => happened.EventCase));
        Assert.Equal(
            [
                (LogSeverity.Info, "console", "first"),
                (LogSeverity.Info, "stdout", "second"),
                (LogSeverity.Error, "console", "third"),
                (LogSeverity.Debug, "console", "fourth"),
                (LogSeverity.Warn, "stderr", "fifth"),
            ],
            events.Where(happened => happened.Log is not null).Select(happened => (happened.Log.Severity, happened.Log.Stream, happened.Log.Message)));
        Assert.Equal(events.Select(happened => happened.Time).Order(), events.Select(happened => happened.Time));
        var progress = events.Single(happened => happened.Progress is not null).Progress;
        Assert.Equal((0.5, "half"), (progress.Fraction, progress.Message));
        var result = events[^1].Result;
        Assert.Equal((Outcome.Success, "42", "talk-1"), (result.Outcome, result.Result.ToStringUtf8(), result.ExecutionId));
        Assert.Equal(("talk-1", result.Executor), (events[0].Queued.ExecutionId, events[0].Queued.Executor));
    }

    [Fact]
    public async Task A_line_comes_while_the_tool_runs()
    {
        using var call = cluster.Client.ExecuteToolStream(Request("wait", "\"go\""), cancellationToken: Cancellation);
        var line = await NextAsync(call, Kind.Log);
        Assert.Equal("waiting", line.Log.Message);

        await File.WriteAllTextAsync(cluster.File("go"), "", Cancellation);

        Assert.Equal(Outcome.Success, (await NextAsync(call, Kind.Result)).Result.Outcome);
    }

    [Fact]
    public async Task What_was_printed_last_comes_before_the_result()
    {
        for (var i = 0; i < 20; i++)
        {
            using var call = cluster.Client.ExecuteToolStream(Request("murmur", "100"), cancellationToken: Cancellation);
            var events = await call.ResponseStream.ReadAllAsync(Cancellation).ToListAsync(Cancellation);
            var lines = events.Where(happened => happened.Log is not null).ToLookup(happened => happened.Log.Stream, happened => happened.Log.Message);

            Assert.Equal(Enumerable.Range(1, 100).Select(line => $"{line}"), lines["stdout"]);
            Assert.Equal(["oops"], lines["stderr"]);
            Assert.Equal(Kind.Result, events[^1].EventCase);
        }
    }

    [Theory]
    [InlineData("none", "1", StatusCode.NotFound)]
    [InlineData("echo", "{", StatusCode.InvalidArgument)]
    public async Task A_call_that_reaches_no_tool_is_a_status_and_no_event(string toolId, string input, StatusCode expected)
    {
        using var call = cluster.Client.ExecuteToolStream(Request(toolId, input), cancellationToken: Cancellation);

        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancellation));

        Assert.Equal(expected, exception.StatusCode);
    }

    [Fact]
    public async Task A_tool_that_cannot_be_loaded_is_queued_and_never_started()
    {
        using var call = cluster.Client.ExecuteToolStream(Request("broken", "1"), cancellationToken: Cancellation);
        var events = await call.ResponseStream.ReadAllAsync(Cancellation).ToListAsync(Cancellation);

        Assert.Equal([Kind.Queued, Kind.Result], events.Select(happened => happened.EventCase));
        Assert.Equal(ErrorKind.Start, events[^1].Result.Error.Kind);
    }

    [Fact]
    public async Task A_cancellation_by_id_from_another_connection_ends_the_process()
    {
        using var channel = GrpcChannel.ForAddress(cluster.Gateway.Grpc);
        var other = new ToolService.ToolServiceClient(channel);
        using var stream = cluster.Client.ExecuteToolStream(Request("wait", "\"stream-cancel\""), cancellationToken: Cancellation);
        var id = (await NextAsync(stream, Kind.Queued)).Queued.ExecutionId;
        await NextAsync(stream, Kind.Log);
        var unary = cluster.Client.ExecuteToolAsync(Request("wait", "\"unary-cancel\"", "unary-cancel"), cancellationToken: Cancellation);
        await Eventually.True(() => File.Exists(cluster.File("unary-cancel.pid")), "the tool's start");

        await other.CancelExecutionAsync(new CancelExecutionRequest { ExecutionId = id }, cancellationToken: Cancellation);
        await other.CancelExecutionAsync(new CancelExecutionRequest { ExecutionId = "unary-cancel" }, cancellationToken: Cancellation);

        foreach (var call in new[] { NextAsync(stream, Kind.Result), (Task)unary.ResponseAsync })
        {
            var exception = await Assert.ThrowsAsync<RpcException>(() => call);
            Assert.Equal((StatusCode.Cancelled, "The execution was cancelled."), (exception.StatusCode, exception.Status.Detail));
        }

        await EndsAsync("stream-cancel");
        await EndsAsync("unary-cancel");
    }

    [Fact]
    public async Task To_cancel_what_does_not_run_is_not_found()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await cluster.Client.CancelExecutionAsync(new CancelExecutionRequest { ExecutionId = "none" }, cancellationToken: Cancellation));

        Assert.Equal(StatusCode.NotFound, exception.StatusCode);
    }

    [Fact]
    public async Task An_id_that_runs_is_refused_until_it_runs_no_more()
    {
        using var stream = cluster.Client.ExecuteToolStream(Request("wait", "\"twice\"", "twice"), cancellationToken: Cancellation);
        await NextAsync(stream, Kind.Log);

        for (var i = 0; i < 2; i++)
        {
            var exception = await Assert.ThrowsAsync<RpcException>(async () =>
                await cluster.Client.ExecuteToolAsync(Request("echo", "1", "twice"), cancellationToken: Cancellation));
            Assert.Equal(StatusCode.AlreadyExists, exception.StatusCode);
        }

        await cluster.Client.CancelExecutionAsync(new CancelExecutionRequest { ExecutionId = "twice" }, cancellationToken: Cancellation);
        var again = await cluster.Client.ExecuteToolAsync(Request("echo", "1", "twice"), cancellationToken: Cancellation);
        Assert.Equal(("twice", Outcome.Success), (again.ExecutionId, again.Outcome));
    }

    [Fact]
    public async Task An_executor_refuses_an_id_that_runs_there_whoever_asks()
    {
        using var channel = GrpcChannel.ForAddress(cluster.Executors[0].Grpc);
        var executor = new ExecutorService.ExecutorServiceClient(channel);
        using var stream = executor.ExecuteStream(Request("wait", "\"there\"", "there"), cancellationToken: Cancellation);
        await NextAsync(stream, Kind.Log);

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await executor.ExecuteAsync(Request("echo", "1", "there"), cancellationToken: Cancellation));
        Assert.Equal(StatusCode.AlreadyExists, exception.StatusCode);

        // One that came by another gateway is found too.
        await cluster.Client.CancelExecutionAsync(new CancelExecutionRequest { ExecutionId = "there" }, cancellationToken: Cancellation);
        await EndsAsync("there");
    }

    [Fact]
    public async Task A_reader_who_goes_away_frees_the_process()
    {
        using (var call = cluster.Client.ExecuteToolStream(Request("wait", "\"stream-left\""), cancellationToken: Cancellation))
        {
            await NextAsync(call, Kind.Log);
        }

        await EndsAsync("stream-left");
    }

    [Fact]
    public async Task A_time_out_is_the_streams_result()
    {
        var request = Request("wait", "\"stream-timeout\"");
        request.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1));
        using var call = cluster.Client.ExecuteToolStream(request, cancellationToken: Cancellation);

        Assert.Equal(Outcome.Timeout, (await NextAsync(call, Kind.Result)).Result.Outcome);
        await EndsAsync("stream-timeout");
    }

    [Fact]
    public async Task A_deadline_of_the_caller_ends_the_stream_and_the_process()
    {
        // Both timers end at the same moment: the result just gets through, or just does not.
        using var call = cluster.Client.ExecuteToolStream(
            Request("wait", "\"stream-deadline\""), deadline: DateTime.UtcNow.AddSeconds(2), cancellationToken: Cancellation);
        try
        {
            Assert.Equal(Outcome.Timeout, (await NextAsync(call, Kind.Result)).Result.Outcome);
        }
        catch (RpcException exception)
        {
            Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        }

        await EndsAsync("stream-deadline");
    }

    private async Task EndsAsync(string name)
    {
        var pid = int.Parse(await File.ReadAllTextAsync(cluster.File($"{name}.pid"), Cancellation), CultureInfo.InvariantCulture);
        await Eventually.True(() => !LiveProcess.Exists(pid), "the tool's end");
    }

    private static ExecuteToolRequest Request(string toolId, string input, string executionId = "") =>
        new() { ToolId = toolId, Input = ByteString.CopyFromUtf8(input), ExecutionId = executionId };

    private static async Task<Event> NextAsync(AsyncServerStreamingCall<Event> call, Kind kind)
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
}
