using System.Net;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>MCP goes through the same gate as every other door.</summary>
public sealed class McpAccessTests(GuardedMcp server) : IClassFixture<GuardedMcp>
{
    public static TheoryData<string> Versions => [McpServer.Sessions, McpServer.NoSessions];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_key_there_is_no_session()
    {
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(McpServer.Sessions, key: null));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_caller_sees_and_calls_the_tools_of_its_scope(string version)
    {
        await using var client = await ConnectAsync(version, server.Guarded.TextKey);

        var tools = await client.ListToolsAsync(cancellationToken: Cancellation);
        Assert.Equal(["text__repeat", "text__shout"], tools.Select(tool => tool.Name));
        var shouted = await client.CallToolAsync("text__shout", new Dictionary<string, object?> { ["text"] = "hi" }, cancellationToken: Cancellation);
        Assert.Equal("HI", Text(shouted));

        var refused = await client.CallToolAsync("echo", cancellationToken: Cancellation);
        Assert.True(refused.IsError);
        Assert.Equal("'text' may not call the tool 'echo'.", Text(refused));
    }

    [Theory]
    [InlineData("http://localhost:6274", HttpStatusCode.OK)]
    [InlineData("https://inspector.example", HttpStatusCode.OK)]
    [InlineData("http://rebound.example:5080", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    public async Task Web_pages_from_elsewhere_are_refused_even_with_a_key(string origin, HttpStatusCode expected)
    {
        using var http = server.Guarded.Client("X-Api-Key", server.Guarded.Key);
        using var request = McpRequest.Initialize();
        request.Headers.Add("Origin", origin);

        using var response = await http.SendAsync(request, Cancellation);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_session_is_its_callers_alone()
    {
        using var owner = server.Guarded.Client("X-Api-Key", server.Guarded.Key);
        using var other = server.Guarded.Client("X-Api-Key", server.Guarded.SpinKey);
        using var initialized = await owner.SendAsync(McpRequest.Initialize(), Cancellation);
        var session = initialized.Headers.GetValues("Mcp-Session-Id").Single();

        using var stolen = await other.SendAsync(McpRequest.ListTools(session), Cancellation);
        using var own = await owner.SendAsync(McpRequest.ListTools(session), Cancellation);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (stolen.StatusCode, own.StatusCode));
    }

    [Fact]
    public async Task A_caller_over_its_rate_is_told_when_to_come_again()
    {
        await using var client = await ConnectAsync(McpServer.Sessions, server.SlowKey);
        Assert.NotEqual(true, (await client.CallToolAsync("echo", cancellationToken: Cancellation)).IsError);

        var refused = await client.CallToolAsync("echo", cancellationToken: Cancellation);

        Assert.True(refused.IsError);
        Assert.Matches(@"may make 0\.01 calls a second\. Try again in \d+ s\.$", Text(refused));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_request_longer_than_its_caller_may_send_is_refused(string version)
    {
        await using var client = await ConnectAsync(version, server.ShortKey);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(async () =>
            await client.CallToolAsync("echo", new Dictionary<string, object?> { ["text"] = new string('x', 2000) }, cancellationToken: Cancellation));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    private async Task<McpClient> ConnectAsync(string version, string? key) => await McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = server.Endpoint,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = key is null ? null : new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        }),
        new McpClientOptions { ProtocolVersion = version },
        cancellationToken: Cancellation);

    private static string Text(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
}
