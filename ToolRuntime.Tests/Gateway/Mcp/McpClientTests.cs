using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
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
        Assert.Equal(["double", "echo", "exit", "greet", "never", "progress-spin", "spin", "steps", "text__shout", "throw"], tools.Select(tool => tool.Name));
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

    [Fact]
    public async Task A_tool_is_listed_with_its_schemas_and_annotations()
    {
        await using var client = await server.ConnectAsync();

        var tools = await client.ListToolsAsync(cancellationToken: Cancellation);

        var greet = tools.Single(tool => tool.Name == "greet").ProtocolTool;
        Assert.Equal("string", greet.InputSchema.GetProperty("properties").GetProperty("name").GetProperty("type").GetString());
        Assert.Equal("object", greet.OutputSchema?.GetProperty("type").GetString());
        Assert.Equal("Greeting", greet.Title);
        Assert.Equal((true, null, null, false), (greet.Annotations?.ReadOnlyHint, greet.Annotations?.DestructiveHint, greet.Annotations?.IdempotentHint, greet.Annotations?.OpenWorldHint));
        var echo = tools.Single(tool => tool.Name == "echo").ProtocolTool;
        Assert.Equal("""{"type":"object"}""", echo.InputSchema.GetRawText());
        Assert.Null(echo.OutputSchema);
    }

    [Theory]
    [InlineData("greet", """{"name":"A","times":"twice"}""", "- name: ", "- times: ")]
    [InlineData("double", """{"input":"two"}""", "- input: ", "number")]
    [InlineData("double", "{}", "- input: ", "number")]
    public async Task Arguments_against_the_schema_are_an_error_that_names_them(string tool, string arguments, string first, string second)
    {
        await using var client = await server.ConnectAsync();

        var result = await client.CallToolAsync(tool, Arguments(arguments), cancellationToken: Cancellation);

        Assert.True(result.IsError);
        Assert.StartsWith("The arguments do not match the tool's input schema:\n", Text(result), StringComparison.Ordinal);
        Assert.Contains(first, Text(result), StringComparison.Ordinal);
        Assert.Contains(second, Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_that_is_no_object_is_an_argument_of_its_own()
    {
        await using var client = await server.ConnectAsync();

        var result = await client.CallToolAsync("double", Arguments(("input", 21)), cancellationToken: Cancellation);

        Assert.Equal("42", Text(result));
        Assert.Null(result.StructuredContent);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Progress_is_told_to_a_caller_who_asks_for_it(string version)
    {
        await using var client = await server.ConnectAsync(version);
        var told = new ConcurrentQueue<ProgressNotificationValue>();

        var result = await client.CallToolAsync("steps", progress: new Told(told), cancellationToken: Cancellation);

        Assert.Equal("ready", Text(result));
        // This client handles what it is told side by side, and nothing more once it has the result.
        Assert.NotEmpty(told);
        Assert.Subset(new HashSet<(float, string?)> { (0.25f, "one"), (0.5f, null), (1f, "done") }, told.Select(progress => (progress.Progress, progress.Message)).ToHashSet());
        Assert.All(told, progress => Assert.Equal(1, progress.Total));
    }

    [Theory]
    [InlineData("throw", "RangeError: That is too far.")]
    [InlineData("exit", "ProcessExited: ")]
    [InlineData("broken", "ToolNotLoaded: ")]
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
        var listen = version == McpServer.NoSessions ? await McpListener.StartAsync(client, listening.Token) : Task.CompletedTask;

        await File.WriteAllTextAsync(file, "export default () => 1;", Cancellation);

        await Eventually.True(() => Volatile.Read(ref changes) == 1, "the notification");
        Assert.Contains($"new-{version}", await NamesAsync(client));
        File.Delete(file);
        await Eventually.True(() => Volatile.Read(ref changes) == 2, "the second notification");
        Assert.DoesNotContain($"new-{version}", await NamesAsync(client));

        await listening.CancelAsync();
        await listen.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_tool_is_listed_once_it_has_loaded_and_stays_after_a_bad_change()
    {
        await using var client = await server.ConnectAsync();
        Assert.DoesNotContain("mending", await NamesAsync(client));

        await File.WriteAllTextAsync(server.File("mending.ts"), "export default (", Cancellation);
        await LoadErrorAsync("mending");
        Assert.DoesNotContain("mending", await NamesAsync(client));

        await File.WriteAllTextAsync(server.File("mending.ts"), "export default () => 1;", Cancellation);
        await Eventually.True(async () => (await NamesAsync(client)).Contains("mending"), "the mended tool");

        await File.WriteAllTextAsync(server.File("mending.ts"), "export default (", Cancellation);
        await LoadErrorAsync("mending");
        Assert.Contains("mending", await NamesAsync(client));

        File.Delete(server.File("mending.ts"));
        await Eventually.True(async () => !(await NamesAsync(client)).Contains("mending"), "the tool's end");
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

    private Task LoadErrorAsync(string tool) => Eventually.True(
        async () =>
        {
            using var answer = await server.Http.GetAsync(new Uri(server.Gateway.Http, $"/v1/tools/{tool}"), Cancellation);
            return (await answer.Content.ReadAsStringAsync(Cancellation)).Contains("loadError", StringComparison.Ordinal);
        },
        "the load error");

    private static async Task<IEnumerable<string>> NamesAsync(McpClient client) =>
        (await client.ListToolsAsync(cancellationToken: Cancellation)).Select(tool => tool.Name);

    private static async Task EndsAsync(string file)
    {
        var pid = int.Parse(await File.ReadAllTextAsync(file, Cancellation), CultureInfo.InvariantCulture);
        await Eventually.True(() => !LiveProcess.Exists(pid), "the tool's end");
    }

    private static Dictionary<string, object?> Arguments(params (string Name, object? Value)[] arguments) =>
        arguments.ToDictionary(argument => argument.Name, argument => argument.Value);

    private static Dictionary<string, object?> Arguments(string json) => JsonSerializer.Deserialize<Dictionary<string, object?>>(json)!;

    private static string Text(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;

    private sealed class Told(ConcurrentQueue<ProgressNotificationValue> told) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => told.Enqueue(value);
    }
}
