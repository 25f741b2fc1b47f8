using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway;

public sealed class GrpcApiTests(Cluster cluster) : IClassFixture<Cluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tools_are_listed_with_what_is_wrong_with_the_bad_one()
    {
        var tools = (await cluster.Client.ListToolsAsync(new ListToolsRequest(), cancellationToken: Cancellation)).Tools;

        Assert.Equal(
            ["assassin", "broken", "deadline", "echo", "env", "exit", "flood", "murmur", "note", "signal", "spin", "talk", "text/repeat", "text/shout", "throw", "tree/size", "wait"],
            tools.Select(tool => tool.Id));
        Assert.Equal("Says it louder.", tools.Single(tool => tool.Id == "text/shout").Description);
        Assert.Contains("broken.ts:1:", tools.Single(tool => tool.Id == "broken").LoadError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_answers_with_everything_that_is_known_of_it()
    {
        var response = await ExecuteAsync("text/shout", """{"text":"hello"}""", executionId: "mine-1");

        Assert.Equal(Outcome.Success, response.Outcome);
        Assert.Equal("\"HELLO\"", response.Result.ToStringUtf8());
        Assert.Equal(("mine-1", "text/shout", 7L), (response.ExecutionId, response.ToolId, response.OutputBytes));
        Assert.Matches("^executor-[01]$", response.Executor);
        Assert.True(response.Duration.ToTimeSpan() > TimeSpan.Zero);
        Assert.Null(response.Process);
        Assert.Null(response.Error);
    }

    [Fact]
    public async Task Config_and_environment_reach_the_tool()
    {
        var request = Request("echo", "1");
        request.Config = ByteString.CopyFromUtf8("[2]");
        var echoed = await cluster.Client.ExecuteToolAsync(request, cancellationToken: Cancellation);
        Assert.Equal("""{"input":1,"config":[2]}""", echoed.Result.ToStringUtf8());

        request = Request("env", "\"API_KEY\"");
        request.Environment["API_KEY"] = "k";
        var environment = await cluster.Client.ExecuteToolAsync(request, cancellationToken: Cancellation);
        Assert.Equal("\"k\"", environment.Result.ToStringUtf8());
    }

    [Fact]
    public async Task An_exit_and_a_signal_are_told_apart()
    {
        Assert.Equal(137, (await ExecuteAsync("exit", "137")).Process.ExitCode);
        Assert.Equal("SIGKILL", (await ExecuteAsync("signal", "\"SIGKILL\"")).Process.Signal);
    }

    [Fact]
    public async Task A_broken_tool_answers_with_its_error()
    {
        var response = await ExecuteAsync("broken", "1");

        Assert.Equal((Outcome.Error, ErrorKind.Start, "ToolNotLoaded"), (response.Outcome, response.Error.Kind, response.Error.Type));
    }

    [Theory]
    [InlineData("no-such-tool", "1", StatusCode.NotFound, null)]
    [InlineData("../etc/passwd", "1", StatusCode.InvalidArgument, "tool_id")]
    [InlineData("unknown", "1", StatusCode.InvalidArgument, "tool_id")]
    [InlineData("echo", "{", StatusCode.InvalidArgument, "input")]
    public async Task A_call_that_reaches_no_tool_is_a_status_with_the_field(
        string toolId, string input, StatusCode status, string? field)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => ExecuteAsync(toolId, input));

        Assert.Equal(status, exception.StatusCode);
        Assert.Equal(field, exception.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations.Single().Field);
    }

    [Fact]
    public async Task A_tool_with_schemas_lists_them_and_an_input_against_them_is_a_status_with_each_field()
    {
        var tools = (await cluster.Client.ListToolsAsync(new ListToolsRequest(), cancellationToken: Cancellation)).Tools;
        var tool = tools.Single(tool => tool.Id == "text/repeat");
        Assert.Contains("\"times\":{\"type\":\"integer\"", tool.InputSchema.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Contains("\"type\":\"string\"", tool.OutputSchema.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Equal(new ToolAnnotations { Title = "Repeat", ReadOnly = true }, tool.Annotations);

        var exception = await Assert.ThrowsAsync<RpcException>(() => ExecuteAsync("text/repeat", """{"parts":[{"text":5},{"text":"a","times":0}]}"""));

        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        Assert.Equal(
            ["input.parts[0].text", "input.parts[0].times", "input.parts[1].times"],
            exception.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    [Fact]
    public async Task An_input_over_the_limit_says_its_size_and_the_limit()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => ExecuteAsync("echo", $"\"{new string('x', 10_000_000)}\""));

        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        Assert.Equal("The input has 10000002 bytes; the limit is 10000000.", exception.Status.Detail);
    }

    [Fact]
    public async Task A_bad_timeout_environment_or_execution_id_names_its_field()
    {
        var request = Request("echo", "1");
        request.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(-1));
        Assert.Equal("timeout", await ViolationAsync(request));

        request = Request("echo", "1");
        request.Environment["LD_PRELOAD"] = "x";
        Assert.Equal("environment", await ViolationAsync(request));

        request = Request("echo", "1");
        request.ExecutionId = "two words";
        Assert.Equal("execution_id", await ViolationAsync(request));

        request = Request("echo", "1");
        request.Config = ByteString.CopyFromUtf8("]");
        Assert.Equal("config", await ViolationAsync(request));
    }

    [Fact]
    public async Task A_time_out_in_the_request_answers_as_an_outcome_and_ends_the_process()
    {
        var request = Request("spin", "\"timeout\"");
        request.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1));

        var response = await cluster.Client.ExecuteToolAsync(request, cancellationToken: Cancellation);

        Assert.Equal((Outcome.Timeout, ErrorKind.Timeout), (response.Outcome, response.Error.Kind));
        await EndsAsync("timeout");
    }

    [Fact]
    public async Task A_deadline_of_the_caller_reaches_the_process_and_counts_as_a_time_out()
    {
        // Both timers end at the same moment: the answer just gets through, or just does not.
        try
        {
            var response = await cluster.Client.ExecuteToolAsync(
                Request("deadline", "\"deadline-pid\""), deadline: DateTime.UtcNow.AddSeconds(4), cancellationToken: Cancellation);
            Assert.Equal(Outcome.Timeout, response.Outcome);
        }
        catch (RpcException exception)
        {
            Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        }

        await EndsAsync("deadline-pid");
        await Eventually.True(async () => await TimeoutsAsync("deadline") == 1, "the time-out's count");
    }

    [Fact]
    public async Task A_cancellation_reaches_the_process()
    {
        using var cancellation = new CancellationTokenSource();
        var call = cluster.Client.ExecuteToolAsync(Request("spin", "\"cancel\""), cancellationToken: cancellation.Token);
        await Eventually.True(() => File.Exists(cluster.File("cancel")), "the tool's start");

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await EndsAsync("cancel");
    }

    [Fact]
    public async Task Calls_are_balanced_over_the_executors()
    {
        await cluster.ConnectedAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ExecuteAsync("echo", "1")));

        Assert.Equal(2, responses.CountBy(response => response.Executor).Count(count => count.Value is >= 8 and <= 12));
    }

    [Fact]
    public async Task Health_and_reflection_answer()
    {
        var health = await new Health.HealthClient(cluster.Channel).CheckAsync(new HealthCheckRequest(), cancellationToken: Cancellation);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);

        using var reflection = new ServerReflection.ServerReflectionClient(cluster.Channel).ServerReflectionInfo(cancellationToken: Cancellation);
        await reflection.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Cancellation);
        Assert.True(await reflection.ResponseStream.MoveNext(Cancellation));
        Assert.Contains(
            "toolruntime.v1.ToolService", reflection.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name));
    }

    private static ExecuteToolRequest Request(string toolId, string input) =>
        new() { ToolId = toolId, Input = ByteString.CopyFromUtf8(input) };

    private async Task<ExecuteToolResponse> ExecuteAsync(string toolId, string input, string executionId = "")
    {
        var request = Request(toolId, input);
        request.ExecutionId = executionId;
        return await cluster.Client.ExecuteToolAsync(request, cancellationToken: Cancellation);
    }

    private async Task<string> ViolationAsync(ExecuteToolRequest request)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
            await cluster.Client.ExecuteToolAsync(request, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        return exception.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Single().Field;
    }

    private async Task EndsAsync(string name)
    {
        var pid = int.Parse(await File.ReadAllTextAsync(cluster.File(name), Cancellation), CultureInfo.InvariantCulture);
        await Eventually.True(() => !LiveProcess.Exists(pid), "the tool's end");
    }

    private async Task<double> TimeoutsAsync(string toolId)
    {
        var scrapes = await Task.WhenAll(cluster.Executors.Select(executor =>
            cluster.Http.GetStringAsync(new Uri(executor.Http, "/metrics"), Cancellation)));
        return scrapes.Sum(scrape => scrape.Split('\n')
            .Where(line => line.StartsWith($"runtime_tool_timeouts_total{{tool_id=\"{toolId}\"}}", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)));
    }
}
