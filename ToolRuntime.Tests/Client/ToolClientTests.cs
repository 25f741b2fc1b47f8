using System.Globalization;
using System.Text.Json.Serialization;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ToolRuntime.Client;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Client;

/// <summary>The C# client against real services.</summary>
public sealed partial class ToolClientTests(Cluster cluster) : IClassFixture<Cluster>, IAsyncLifetime
{
    private ServiceProvider _services = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ToolRuntimeClient Client => _services.GetRequiredService<ToolRuntimeClient>();

    public ValueTask InitializeAsync()
    {
        // As Aspire's WithReference leaves it.
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder()
                .AddInMemoryCollection([new("services:gateway:grpc:0", cluster.Gateway.Grpc.ToString())])
                .Build())
            .AddToolRuntimeClient()
            .BuildServiceProvider();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Tools_are_listed()
    {
        var tools = await Client.ListToolsAsync(Cancellation);

        Assert.Equal("Says it louder.", tools.Single(tool => tool.Id == "text/shout").Description);
    }

    [Fact]
    public async Task A_call_takes_and_gives_types()
    {
        Assert.Equal("HI", await Client.ExecuteAsync<Words, string>("text/shout", new Words("hi"), cancellationToken: Cancellation));
        Assert.Equal(new Words("hi"), await Client.ExecuteAsync("echo", new Words("hi"), Types.Default.Words, Types.Default.Words, cancellationToken: Cancellation));
        Assert.Null(await Client.ExecuteAsync<string?, string>("echo", null, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task What_a_call_has_beside_its_input_reaches_the_tool()
    {
        var echoed = await Client.ExecuteAsync<int, Echoed>(
            "echo", 1, new ToolCallOptions { Config = System.Text.Json.JsonElement.Parse("[2]") }, Cancellation);
        Assert.Equal((1, 2), (echoed!.Input, echoed.Config.Single()));

        var variable = await Client.ExecuteAsync<string, string>(
            "env", "API_KEY", new ToolCallOptions { Environment = new Dictionary<string, string> { ["API_KEY"] = "k" } }, Cancellation);
        Assert.Equal("k", variable);
    }

    [Fact]
    public async Task A_failed_run_says_everything_that_is_known_of_it()
    {
        var thrown = await Assert.ThrowsAsync<ToolExecutionException>(() =>
            Client.ExecuteAsync<int, int>("throw", 1, new ToolCallOptions { ExecutionId = "client-throws" }, Cancellation));

        Assert.Equal((Outcome.Error, ErrorKind.Wait, "RangeError", "no"), (thrown.Outcome, thrown.ErrorKind, thrown.ErrorType, thrown.ErrorMessage));
        Assert.Equal("RangeError: no", thrown.Message);
        Assert.Equal(("throw", "client-throws"), (thrown.ToolId, thrown.ExecutionId));
        Assert.Contains("throw.ts", thrown.ToolStack, StringComparison.Ordinal);
        Assert.Matches("^executor-[01]$", thrown.Executor);
        Assert.True(thrown.Duration > TimeSpan.Zero);
        Assert.Null(thrown.Process);

        var exited = await Assert.ThrowsAsync<ToolExecutionException>(() => Client.ExecuteAsync<int, int>("exit", 7, cancellationToken: Cancellation));
        Assert.Equal(7, exited.Process?.ExitCode);
    }

    [Fact]
    public async Task A_time_out_is_a_failed_run()
    {
        var timeout = await Assert.ThrowsAsync<ToolExecutionException>(() =>
            Client.ExecuteAsync<string, string>("spin", "client-timeout", new ToolCallOptions { Timeout = TimeSpan.FromMilliseconds(300) }, Cancellation));

        Assert.Equal((Outcome.Timeout, ErrorKind.Timeout), (timeout.Outcome, timeout.ErrorKind));
    }

    [Fact]
    public async Task A_call_that_does_not_reach_its_tool_says_why()
    {
        var unknown = await Assert.ThrowsAsync<ToolCallException>(() => Client.ExecuteAsync<int, int>("no/such-tool", 1, cancellationToken: Cancellation));
        Assert.Equal((StatusCode.NotFound, true, "no/such-tool"), (unknown.StatusCode, unknown.NotStarted, unknown.ToolId));

        var invalid = await Assert.ThrowsAsync<ToolCallException>(() => Client.ExecuteAsync<object, string>(
            "text/repeat", new { parts = new[] { new { text = "a", times = 0 } } }, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.InvalidArgument, invalid.StatusCode);
        Assert.Equal("input.parts[0].times", Assert.Single(invalid.Violations).Field);
    }

    [Fact]
    public async Task A_stream_tells_what_happens_and_ends_with_the_result()
    {
        var events = new List<ExecutionEvent>();
        await foreach (var step in Client.StreamAsync("text/shout", new Words("hi"), cancellationToken: Cancellation))
        {
            events.Add(step);
        }

        Assert.Equal(
            [ExecutionEvent.EventOneofCase.Queued, ExecutionEvent.EventOneofCase.Started, ExecutionEvent.EventOneofCase.Log, ExecutionEvent.EventOneofCase.Result],
            events.Select(step => step.EventCase));
        Assert.Equal("HI", events[^1].Result.ReadResult<string>());
    }

    [Fact]
    public async Task Leaving_a_stream_ends_the_tool()
    {
        await foreach (var step in Client.StreamAsync("spin", "client-left", cancellationToken: Cancellation))
        {
            if (step.Started is not null)
            {
                await Eventually.True(() => File.Exists(cluster.File("client-left")), "the tool's start");
                break;
            }
        }

        await EndsAsync("client-left");
    }

    [Fact]
    public async Task An_execution_is_cancelled_by_its_id()
    {
        var call = Client.ExecuteAsync<string, string>("spin", "client-by-id", new ToolCallOptions { ExecutionId = "client-by-id" }, Cancellation);
        await Eventually.True(() => File.Exists(cluster.File("client-by-id")), "the tool's start");

        Assert.True(await Client.CancelAsync("client-by-id", Cancellation));

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<ToolCallException>(() => call)).StatusCode);
        await EndsAsync("client-by-id");
        Assert.False(await Client.CancelAsync("client-by-id", Cancellation));
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_tool()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Client.ExecuteAsync<string, string>("spin", "client-token", cancellationToken: cancellation.Token);
        await Eventually.True(() => File.Exists(cluster.File("client-token")), "the tool's start");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await EndsAsync("client-token");
    }

    private async Task EndsAsync(string name)
    {
        var pid = int.Parse(await File.ReadAllTextAsync(cluster.File(name), Cancellation), CultureInfo.InvariantCulture);
        await Eventually.True(() => !LiveProcess.Exists(pid), "the tool's end");
    }

    internal sealed record Words(string Text);

    internal sealed record Echoed(int Input, int[] Config);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Words))]
    internal sealed partial class Types : JsonSerializerContext;
}
