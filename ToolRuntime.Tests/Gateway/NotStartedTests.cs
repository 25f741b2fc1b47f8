using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Executor.Grpc;
using ToolRuntime.Gateway.Execution;
using Status = Grpc.Core.Status;

namespace ToolRuntime.Tests.Gateway;

public sealed class NotStartedTests
{
    [Fact]
    public void An_executor_that_turned_the_call_away_has_not_started_it() =>
        Assert.True(NotStarted.IsCertainBy(CallStatus.Of(new ExecutorStoppingException(mayHaveStarted: false))));

    [Fact]
    public void An_executor_that_stopped_during_the_call_may_have() =>
        Assert.False(NotStarted.IsCertainBy(CallStatus.Of(new ExecutorStoppingException(mayHaveStarted: true))));

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, true)]
    [InlineData(HttpRequestError.ResponseEnded, false)]
    [InlineData(HttpRequestError.HttpProtocolError, false)]
    [InlineData(HttpRequestError.Unknown, false)]
    public void Only_what_was_never_sent_has_certainly_not_started(HttpRequestError error, bool expected) =>
        Assert.Equal(
            expected, NotStarted.IsCertainBy(new RpcException(new Status(StatusCode.Unavailable, "x", new HttpRequestException(error)))));

    [Fact]
    public void Anothers_reason_is_not_the_executors()
    {
        var status = new Google.Rpc.Status
        {
            Code = (int)Code.Unavailable,
            Details = { Any.Pack(new ErrorInfo { Domain = "elsewhere", Reason = "NOT_STARTED" }) },
        };

        Assert.False(NotStarted.IsCertainBy(status.ToRpcException()));
    }
}
