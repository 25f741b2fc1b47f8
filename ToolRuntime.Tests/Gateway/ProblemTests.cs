using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
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

    [Fact]
    public async Task An_exception_that_nobody_expected_is_a_problem_and_tells_no_more()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddProblems();
        await using var app = builder.Build();
        app.UseProblems();
        app.Run(_ => throw new InvalidOperationException("secret"));
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        using var response = await http.GetAsync(new Uri(app.Urls.Single()), TestContext.Current.CancellationToken);

        Assert.Equal((500, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, 503)]
    [InlineData(StatusCode.Cancelled, 499)]
    [InlineData(StatusCode.DeadlineExceeded, 504)]
    [InlineData(StatusCode.Internal, 500)]
    public void A_status_becomes_its_http_counterpart(StatusCode code, int expected) =>
        Assert.Equal(expected, Problem.Of(new RpcException(new(code, "x")), new DefaultHttpContext().Response).StatusCode);
}
