using System.Globalization;
using System.Net;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>MCP by the official C# client, with sessions and without.</summary>
public sealed class McpClientTests(McpServer server) : IClassFixture<McpServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Versions => [McpServer.Sessions, McpServer.NoSessions];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Tools_are_listed_and_called(string version)
    {
        await using var client = await server.ConnectAsync(version);
        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.True(client.ServerCapabilities.Tools?.ListChanged);

        var tools = await client.ListToolsAsync(cancellationToken: Cancellation);
        Assert.Equal(["echo", "exit", "never", "spin", "text__shout", "throw"], tools.Select(tool => tool.Name));
        var shout = tools.Single(tool => tool.Name == "text__shout");
        Assert.Equal("Says it louder.", shout.Description);

        var result = await shout.CallAsync(Arguments(("text", "hi")), cancellationToken: Cancellation);
        Assert.NotEqual(true, result.IsError);
        Assert.Equal("HI", Text(result));
        Assert.Null(result.StructuredContent);
    }

    [Fact]
    public async Task An_object_is_structured_content_and_its_text()
    {
        await using var client = await server.ConnectAsync();

        var result = await client.CallToolAsync("echo", Arguments(("a", 1)), cancellationToken: Cancellation);

        Assert.Equal("""{"a":1}""", Text(result));
        Assert.Equal("""{"a":1}""", result.StructuredContent?.GetRawText());
        Assert.NotEmpty(result.Meta?["toolruntime/executionId"]?.GetValue<string>() ?? "");
        Assert.NotEmpty(result.Meta?["toolruntime/executor"]?.GetValue<string>() ?? "");
    }

    [Theory]
    [InlineData("throw", "RangeError: That is too far.")]
    [InlineData("exit", "ProcessExited: ")]
    [InlineData("never", "DeadlineExceeded: ")]
    public async Task A_failed_run_is_an_error_that_a_model_can_read(string tool, string expected)
    {
        await using var client = await server.ConnectAsync();

        var result = await client.CallToolAsync(tool, cancellationToken: Cancellation);

        Assert.True(result.IsError);
        Assert.Contains(expected, Text(result), StringComparison.Ordinal);
        Assert.NotEmpty(result.Meta?["toolruntime/executionId"]?.GetValue<string>() ?? "");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_tool_that_does_not_exist_is_a_protocol_error(string version)
    {
        await using var client = await server.ConnectAsync(version);

        var exception = await Assert.ThrowsAsync<McpProtocolException>(async () =>
            await client.CallToolAsync("no__such-tool", cancellationToken: Cancellation));

        Assert.Equal(McpErrorCode.InvalidParams, exception.ErrorCode);
        Assert.Contains("no__such-tool", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_change_of_the_tools_is_told(string version)
    {
        var file = server.File($"new-{version}.ts");
        var changes = 0;
        await using var client = await server.ConnectAsync(version);
        await using var handler = client.RegisterNotificationHandler(NotificationMethods.ToolListChangedNotification, (_, _) =>
        {
            Interlocked.Increment(ref changes);
            return default;
        });
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var listen = version == McpServer.NoSessions ? await ListenAsync(client, listening.Token) : Task.CompletedTask;

        await File.WriteAllTextAsync(file, "export default () => 1;", Cancellation);

        await Eventually.True(() => Volatile.Read(ref changes) == 1, "the notification");
        Assert.Contains($"new-{version}", await NamesAsync(client));
        File.Delete(file);
        await Eventually.True(() => Volatile.Read(ref changes) == 2, "the second notification");
        Assert.DoesNotContain($"new-{version}", await NamesAsync(client));

        await listening.CancelAsync();
        await listen.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_cancellation_ends_the_process(string version)
    {
        var file = server.File($"cancelled-{version}");
        await using var client = await server.ConnectAsync(version);
        using var cancellation = new CancellationTokenSource();
        var call = client.CallToolAsync("spin", Arguments(("name", $"cancelled-{version}")), cancellationToken: cancellation.Token).AsTask();
        await Eventually.True(() => File.Exists(file), "the tool's start");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await EndsAsync(file);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_client_that_hangs_up_frees_the_process(string version)
    {
        var file = server.File($"left-{version}");
        var client = await server.ConnectAsync(version);
        var call = client.CallToolAsync("spin", Arguments(("name", $"left-{version}")), cancellationToken: Cancellation).AsTask();
        await Eventually.True(() => File.Exists(file), "the tool's start");

        await client.DisposeAsync();

        await EndsAsync(file);
        await Assert.ThrowsAnyAsync<Exception>(() => call);
    }

    [Theory]
    [InlineData("http://localhost:6274", HttpStatusCode.OK)]
    [InlineData("http://127.0.0.1:5080", HttpStatusCode.OK)]
    [InlineData("http://rebound.example:5080", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    public async Task Web_pages_from_elsewhere_are_refused(string origin, HttpStatusCode expected)
    {
        using var request = Initialize();
        request.Headers.Add("Origin", origin);

        using var response = await server.Http.SendAsync(request, Cancellation);

        Assert.Equal(expected, response.StatusCode);
    }

    private static async Task<IEnumerable<string>> NamesAsync(McpClient client) =>
        (await client.ListToolsAsync(cancellationToken: Cancellation)).Select(tool => tool.Name);

    private static async Task EndsAsync(string file)
    {
        var pid = int.Parse(await File.ReadAllTextAsync(file, Cancellation), CultureInfo.InvariantCulture);
        await Eventually.True(() => !LiveProcess.Exists(pid), "the tool's end");
    }

    /// <summary>Opens the stream of changes that a client without a session has to ask for, and waits until it stands.</summary>
    private static async Task<Task> ListenAsync(McpClient client, CancellationToken cancellationToken)
    {
        var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var handler = client.RegisterNotificationHandler(NotificationMethods.SubscriptionsAcknowledgedNotification, (_, _) =>
        {
            acknowledged.TrySetResult();
            return default;
        });
        var listening = client.SendRequestAsync<SubscriptionsListenRequestParams, EmptyResult>(
            RequestMethods.SubscriptionsListen,
            new SubscriptionsListenRequestParams { Notifications = new SubscriptionsListenNotifications { ToolsListChanged = true } },
            cancellationToken: cancellationToken).AsTask();
        await acknowledged.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
        return listening;
    }

    private HttpRequestMessage Initialize() => new(HttpMethod.Post, server.Endpoint)
    {
        Headers = { { "Accept", "application/json, text/event-stream" } },
        Content = new StringContent(
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""",
            System.Text.Encoding.UTF8,
            "application/json"),
    };

    private static Dictionary<string, object?> Arguments(params (string Name, object? Value)[] arguments) =>
        arguments.ToDictionary(argument => argument.Name, argument => argument.Value);

    private static string Text(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
}
