using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using ToolRuntime.Gateway.Rest;

namespace ToolRuntime.Tests.Gateway;

public sealed class ProblemTests
{
    [Fact]
    public void A_refusal_says_when_to_try_again()
    {
        var status = new Google.Rpc.Status
        {
            Code = (int)Code.ResourceExhausted,
            Message = "busy",
            Details = { Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(1.2)) }) },
        };
        var response = new DefaultHttpContext().Response;

        var problem = Problem.Of(status.ToRpcException(), response);

        Assert.Equal((429, "busy", "2"), (problem.StatusCode, problem.ProblemDetails.Detail, response.Headers.RetryAfter.ToString()));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, 503)]
    [InlineData(StatusCode.Cancelled, 499)]
    [InlineData(StatusCode.DeadlineExceeded, 504)]
    [InlineData(StatusCode.Internal, 500)]
    public void A_status_becomes_its_http_counterpart(StatusCode code, int expected) =>
        Assert.Equal(expected, Problem.Of(new RpcException(new(code, "x")), new DefaultHttpContext().Response).StatusCode);
}
