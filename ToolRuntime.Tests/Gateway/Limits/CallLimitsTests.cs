using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Limits;

/// <summary>How much each caller may ask for.</summary>
public sealed class CallLimitsTests(LimitedCluster limited) : IClassFixture<LimitedCluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_over_the_rate_are_told_by_gRPC_when_to_come_back()
    {
        for (var i = 0; i < 3; i++)
        {
            await CallAsync(limited.SlowKey);
        }

        var exception = await Assert.ThrowsAsync<RpcException>(() => CallAsync(limited.SlowKey));
        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Equal("'slow' may make 0.5 calls a second.", exception.Status.Detail);
        Assert.InRange(
            exception.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan(), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

        // Others go on, and so does this one after a while.
        await CallAsync(limited.Guarded.Key);
        await Eventually.True(
            async () =>
            {
                try
                {
                    await CallAsync(limited.SlowKey);
                    return true;
                }
                catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
                {
                    return false;
                }
            },
            "a call after the delay");
        await CountedAsync("slow", "rate");
    }

    [Fact]
    public async Task Calls_over_the_rate_are_told_by_REST_when_to_come_back()
    {
        using var client = limited.Guarded.Client("X-Api-Key", limited.OnceKey);
        using var first = await PostAsync(client, "1");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(("1", "0", "100"), Standing(first));

        using var second = await PostAsync(client, "1");
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal(("1", "0", "100"), Standing(second));
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(100));
        Assert.Equal("'once' may make 0.01 calls a second.", await DetailAsync(second));
    }

    [Fact]
    public async Task Calls_at_once_have_a_limit_and_free_their_place()
    {
        using var cancellation = new CancellationTokenSource();
        static ExecuteToolRequest Spin(string name) => new() { ToolId = "spin", Input = ByteString.CopyFromUtf8($"\"{name}\"") };
        var headers = GuardedCluster.Headers("x-api-key", limited.NarrowKey);
        var call = limited.Guarded.Cluster.Client.ExecuteToolAsync(Spin("narrow-1"), headers, cancellationToken: cancellation.Token);
        using var stream = limited.Guarded.Cluster.Client.ExecuteToolStream(Spin("narrow-2"), headers, cancellationToken: cancellation.Token);
        await Eventually.True(() => File.Exists(limited.Guarded.Cluster.File("narrow-1")) && File.Exists(limited.Guarded.Cluster.File("narrow-2")), "the tools' start");

        var exception = await Assert.ThrowsAsync<RpcException>(() => CallAsync(limited.NarrowKey));
        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Equal("'narrow' has 2 calls under way, which is as many as it may.", exception.Status.Detail);
        Assert.Equal(TimeSpan.FromSeconds(1), exception.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan());
        using var client = limited.Guarded.Client("X-Api-Key", limited.NarrowKey);
        using var refused = await PostAsync(client, "1");
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (refused.StatusCode, refused.Headers.RetryAfter!.Delta!.Value));

        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        // The places are free again, both of them.
        await Eventually.True(
            async () => (await Task.WhenAll(PostAsync(client, "1"), PostAsync(client, "1"))).All(answer => answer.StatusCode == HttpStatusCode.OK), "free places");
        await CountedAsync("narrow", "concurrency");
    }

    [Fact]
    public async Task A_body_over_the_callers_limit_is_refused()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => CallAsync(limited.SmallKey, new string('1', 1000)));
        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        Assert.Equal("The request is longer than the 1000 bytes that 'small' may send.", exception.Status.Detail);
        await CallAsync(limited.SmallKey, new string('1', 900));

        using var client = limited.Guarded.Client("X-Api-Key", limited.SmallKey);
        using var refused = await PostAsync(client, new string('1', 1001));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Equal("The request is longer than the 1000 bytes that 'small' may send.", await DetailAsync(refused));
        using var accepted = await PostAsync(client, new string('1', 1000));
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        await CountedAsync("small", "size");
    }

    [Fact]
    public async Task Bodies_that_fill_the_gateways_room_are_refused_until_there_is_room_again()
    {
        // Five requests hold 9 MB each without coming to an end, of 40 that there is room for.
        var unfinished = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 4; i++)
            {
                var connection = await RawConnection.OpenAsync(limited.Guarded.Cluster.Gateway.Http);
                unfinished.Add(connection);
                await connection.SendAsync(
                    $"POST /v1/tools/echo/execute HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {limited.Guarded.Key}\r\nContent-Length: 9500001\r\n\r\n");
                await connection.SendAsync(new byte[9_500_000]);
            }

            using var client = limited.Guarded.Client("X-Api-Key", limited.Guarded.Key);
            var body = new string('1', 9_000_000);
            HttpResponseMessage? refused = null;
            await Eventually.True(
                async () => (refused = await PostAsync(client, body)).StatusCode == HttpStatusCode.TooManyRequests, "a full gateway");
            Assert.Equal("The gateway holds as much of requests as it may.", await DetailAsync(refused!));
            Assert.Equal(TimeSpan.FromSeconds(1), refused!.Headers.RetryAfter!.Delta!.Value);
            var exception = await Assert.ThrowsAsync<RpcException>(() => CallAsync(limited.Guarded.Key, body));
            Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
            await CallAsync(limited.Guarded.Key);

            unfinished.ForEach(connection => connection.Dispose());
            await Eventually.True(async () => (await PostAsync(client, body)).StatusCode == HttpStatusCode.OK, "room again");
            await CountedAsync("everything", "memory");
        }
        finally
        {
            unfinished.ForEach(connection => connection.Dispose());
        }
    }

    [Fact]
    public async Task Ten_thousand_calls_in_a_burst_are_each_answered_and_leave_the_gateway_healthy()
    {
        const int Calls = 5_000;
        var headers = GuardedCluster.Headers("x-api-key", limited.BurstKey);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 100 }) { BaseAddress = limited.Guarded.Cluster.Gateway.Http };
        client.DefaultRequestHeaders.Add("X-Api-Key", limited.BurstKey);

        var byGrpc = Enumerable.Range(0, Calls).Select(_ => StatusAsync(headers)).ToArray();
        var byRest = Enumerable.Range(0, Calls).Select(async _ =>
        {
            using var response = await PostAsync(client, "1");
            return response.StatusCode;
        }).ToArray();

        var statuses = (await Task.WhenAll(byGrpc)).CountBy(status => status).ToDictionary();
        var codes = (await Task.WhenAll(byRest)).CountBy(code => code).ToDictionary();
        Assert.Equal(Calls, statuses.GetValueOrDefault(StatusCode.OK) + statuses.GetValueOrDefault(StatusCode.ResourceExhausted));
        Assert.Equal(Calls, codes.GetValueOrDefault(HttpStatusCode.OK) + codes.GetValueOrDefault(HttpStatusCode.TooManyRequests));
        Assert.InRange(statuses.GetValueOrDefault(StatusCode.OK) + codes.GetValueOrDefault(HttpStatusCode.OK), 20, Calls);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health", Cancellation)).StatusCode);
        Assert.InRange(ProcessMemoryUse.ResidentBytes(limited.Guarded.Cluster.Gateway.Id), 1, LimitedCluster.MostMemory);
        await CallAsync(limited.Guarded.Key);
    }

    private async Task<StatusCode> StatusAsync(Metadata headers)
    {
        try
        {
            await limited.Guarded.Cluster.Client.ExecuteToolAsync(
                new ExecuteToolRequest { ToolId = "echo", Input = ByteString.CopyFromUtf8("1") }, headers, cancellationToken: Cancellation);
            return StatusCode.OK;
        }
        catch (RpcException exception)
        {
            return exception.StatusCode;
        }
    }

    private async Task CallAsync(string key, string input = "1") =>
        await limited.Guarded.Cluster.Client.ExecuteToolAsync(
            new ExecuteToolRequest { ToolId = "echo", Input = ByteString.CopyFromUtf8(input) },
            GuardedCluster.Headers("x-api-key", key),
            cancellationToken: Cancellation);

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/tools/echo/execute") { Content = new StringContent(body) };
        request.Headers.ExpectContinue = body.Length > 100_000;
        return client.SendAsync(request, Cancellation);
    }

    private static (string, string, string) Standing(HttpResponseMessage response) =>
        (response.Headers.GetValues("RateLimit-Limit").Single(),
            response.Headers.GetValues("RateLimit-Remaining").Single(),
            response.Headers.GetValues("RateLimit-Reset").Single());

    private static async Task<string> DetailAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["detail"]!.GetValue<string>();

    // A scrape's answer is kept for some hundred milliseconds.
    private Task CountedAsync(string caller, string reason) => Eventually.True(
        async () =>
        {
            var scrape = await limited.Guarded.Cluster.Http.GetStringAsync("/metrics", Cancellation);
            var line = scrape.Split('\n').Single(line =>
                line.StartsWith($"runtime_gateway_refusals_total{{caller=\"{caller}\",reason=\"{reason}\"}}", StringComparison.Ordinal));
            return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) >= 1;
        },
        "the refusal's count");
}
