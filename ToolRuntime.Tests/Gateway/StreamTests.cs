using Google.Protobuf;
using Grpc.Core;
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
