using System.Net;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>What bounds what clients leave standing.</summary>
public sealed class McpEndpointTests(McpServer server) : IClassFixture<McpServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listeners_are_bounded_and_a_place_is_free_again_when_one_leaves()
    {
        var streams = new List<HttpResponseMessage>();
        // A place that another test has just left may not be free yet.
        await Eventually.True(
            async () =>
            {
                var stream = await OpenStreamAsync();
                if (stream.IsSuccessStatusCode)
                {
                    streams.Add(stream);
                }
                else
                {
                    stream.Dispose();
                }

                return streams.Count == McpServer.MaxListeners;
            },
            "as many listeners as there may be");

        (await ListenAsync(HttpStatusCode.ServiceUnavailable)).Dispose();
        await using (var client = await server.ConnectAsync(McpServer.NoSessions))
        {
            var refusal = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.SendRequestAsync<SubscriptionsListenRequestParams, EmptyResult>(
                RequestMethods.SubscriptionsListen, new SubscriptionsListenRequestParams { Notifications = new() { ToolsListChanged = true } }, cancellationToken: Cancellation));
            Assert.Contains("Too many clients", refusal.Message, StringComparison.Ordinal);
        }

        streams.ForEach(stream => stream.Dispose());
        await Eventually.True(
            async () =>
            {
                using var response = await OpenStreamAsync();
                return response.IsSuccessStatusCode;
            },
            "a free place");
    }

    [Fact]
    public async Task A_stream_that_stood_for_long_is_no_slow_request()
    {
        (await ListenAsync(HttpStatusCode.OK)).Dispose();

        await Eventually.True(async () => (await RequestsAsync()).Contains("http_request_method=\"POST\"", StringComparison.Ordinal), "a counted request");
        Assert.DoesNotContain("http_request_method=\"GET\"", await RequestsAsync(), StringComparison.Ordinal);
    }

    /// <summary>What the gateway counts of requests to the endpoint.</summary>
    private async Task<string> RequestsAsync() => string.Join('\n', (await server.Http.GetStringAsync(new Uri(server.Gateway.Http, "/metrics"), Cancellation)).Split('\n')
        .Where(line => line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal) && line.Contains("http_route=\"/mcp", StringComparison.Ordinal)
            && line.Contains("http_response_status_code=\"200\"", StringComparison.Ordinal)));

    private async Task<HttpResponseMessage> ListenAsync(HttpStatusCode expected)
    {
        var response = await OpenStreamAsync();
        Assert.Equal(expected, response.StatusCode);
        return response;
    }

    private async Task<HttpResponseMessage> OpenStreamAsync()
    {
        using var initialized = await InitializeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Endpoint)
        {
            Headers =
            {
                { "Accept", "text/event-stream" },
                { "Mcp-Session-Id", initialized.Headers.GetValues("Mcp-Session-Id") },
                { "Mcp-Protocol-Version", McpServer.Sessions },
            },
        };
        return await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private async Task<HttpResponseMessage> InitializeAsync()
    {
        using var request = McpRequest.Initialize();
        request.RequestUri = server.Endpoint;
        return await server.Http.SendAsync(request, Cancellation);
    }
}
