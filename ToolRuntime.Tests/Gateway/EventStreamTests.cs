using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway;

/// <summary>A call's events by REST, and the cancellation beside them.</summary>
public sealed class EventStreamTests(Cluster cluster) : IClassFixture<Cluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_told_as_server_sent_events()
    {
        using var response = await SendAsync("talk", "42", "sse-1");
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var events = await ReadAsync(response).ToListAsync(Cancellation);

        Assert.Equal(
            ["queued", "started", "log", "log", "log", "progress", "log", "log", "result"],
            events.Select(happened => happened.EventType));
        Assert.Equal("sse-1", Text(events[0], "executionId"));
        Assert.Matches("^executor-[01]$", Text(events[0], "executor"));
        Assert.Equal(("info", "console", "first"), (Text(events[2], "severity"), Text(events[2], "stream"), Text(events[2], "message")));
        Assert.Equal(("debug", "console", "fourth"), (Text(events[6], "severity"), Text(events[6], "stream"), Text(events[6], "message")));
        Assert.Equal((0.5, "half"), (events[5].Data["fraction"]!.GetValue<double>(), Text(events[5], "message")));
        Assert.Equal(("success", "42"), (Text(events[^1], "outcome"), events[^1].Data["result"]!.ToJsonString()));
        Assert.Equal(
            ["executionId", "toolId", "outcome", "result", "durationMs", "outputBytes", "executor"],
            events[^1].Data.AsObject().Select(property => property.Key));
    }

    [Fact]
    public async Task A_line_is_sent_while_the_tool_runs()
    {
        using var response = await SendAsync("wait", "\"sse-go\"");
        await using var events = ReadAsync(response).GetAsyncEnumerator(Cancellation);
        await NextAsync(events, "log");

        await File.WriteAllTextAsync(cluster.File("sse-go"), "", Cancellation);

        Assert.Equal("success", Text(await NextAsync(events, "result"), "outcome"));
    }

    [Theory]
    [InlineData("none", "1", HttpStatusCode.NotFound)]
    [InlineData("echo", "no json", HttpStatusCode.BadRequest)]
    public async Task What_goes_wrong_before_the_first_event_is_problem_json(string toolId, string input, HttpStatusCode expected)
    {
        using var response = await SendAsync(toolId, input);

        Assert.Equal((expected, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task What_goes_wrong_after_it_is_an_event()
    {
        using var response = await SendAsync("wait", "\"never\"", "sse-cancelled");
        await using var events = ReadAsync(response).GetAsyncEnumerator(Cancellation);
        await NextAsync(events, "log");

        using var cancelled = await cluster.Http.DeleteAsync("/v1/executions/sse-cancelled", Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        var error = await NextAsync(events, "error");
        Assert.Equal((499, "The execution was cancelled."), (error.Data["status"]!.GetValue<int>(), Text(error, "detail")));
        Assert.False(await events.MoveNextAsync());
        await EndsAsync("never");
    }

    [Fact]
    public async Task An_input_against_the_tools_schema_is_an_event_with_each_field()
    {
        using var response = await SendAsync("text/repeat", """{"parts":[{"text":5,"times":1}]}""");
        var error = (await ReadAsync(response).ToListAsync(Cancellation))[^1];

        Assert.Equal(("error", 400), (error.EventType, error.Data["status"]!.GetValue<int>()));
        Assert.Equal("input.parts[0].text", Assert.Single(error.Data["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task A_failed_run_is_a_result()
    {
        using var response = await SendAsync("exit", "3");
        var result = (await ReadAsync(response).ToListAsync(Cancellation))[^1];

        Assert.Equal(("result", "error", """{"exitCode":3}"""), (result.EventType, Text(result, "outcome"), result.Data["process"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_reader_who_hangs_up_frees_the_process()
    {
        using (var response = await SendAsync("wait", "\"sse-left\""))
        {
            await using var events = ReadAsync(response).GetAsyncEnumerator(Cancellation);
            await NextAsync(events, "log");
        }

        await EndsAsync("sse-left");
    }

    [Fact]
    public async Task To_cancel_what_does_not_run_is_not_found()
    {
        using var response = await cluster.Http.DeleteAsync("/v1/executions/no/such%2Fid", Cancellation);

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task An_id_that_runs_is_a_conflict()
    {
        using var running = await SendAsync("wait", "\"sse-twice\"", "sse/twice");
        await using var events = ReadAsync(running).GetAsyncEnumerator(Cancellation);
        await NextAsync(events, "log");

        using var second = await SendAsync("echo", "1", "sse/twice");

        Assert.Equal((HttpStatusCode.Conflict, "application/problem+json"), (second.StatusCode, second.Content.Headers.ContentType?.MediaType));
        using var cancelled = await cluster.Http.DeleteAsync("/v1/executions/sse%2Ftwice", Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(string toolId, string input, string executionId = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tools/{toolId}/execute")
        {
            Content = new StringContent(input, Encoding.UTF8),
            Headers = { { "Accept", "text/event-stream" }, { "X-Execution-Id", executionId } },
        };
        return await cluster.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private static async IAsyncEnumerable<SseItem<JsonNode>> ReadAsync(HttpResponseMessage response)
    {
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(Cancellation), (_, data) => JsonNode.Parse(data)!);
        await foreach (var item in parser.EnumerateAsync(Cancellation))
        {
            yield return item;
        }
    }

    private static async Task<SseItem<JsonNode>> NextAsync(IAsyncEnumerator<SseItem<JsonNode>> events, string kind)
    {
        while (await events.MoveNextAsync())
        {
            if (events.Current.EventType == kind)
            {
                return events.Current;
            }
        }

        throw new InvalidOperationException($"The stream ended without {kind}.");
    }

    private static string Text(SseItem<JsonNode> happened, string property) => happened.Data[property]!.GetValue<string>();

    private async Task EndsAsync(string name)
    {
        var pid = int.Parse(await File.ReadAllTextAsync(cluster.File($"{name}.pid"), Cancellation), CultureInfo.InvariantCulture);
        await Eventually.True(() => !LiveProcess.Exists(pid), "the tool's end");
    }
}
