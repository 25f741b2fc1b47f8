using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway;

public sealed class RestApiTests(Cluster cluster) : IClassFixture<Cluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tools_are_listed_and_looked_up()
    {
        var tools = (await GetAsync("/v1/tools"))["tools"]!.AsArray();
        Assert.Contains("echo", tools.Select(tool => tool!["id"]!.GetValue<string>()));

        var tool = await GetAsync("/v1/tools/text/shout");
        Assert.Equal("""{"id":"text/shout","description":"Says it louder."}""", tool.ToJsonString());
        Assert.Contains("broken.ts:1:", (await GetAsync("/v1/tools/broken"))["loadError"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await cluster.Http.GetAsync("/v1/tools/none", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_tool_is_shown_with_its_schemas_and_annotations()
    {
        var tool = await GetAsync("/v1/tools/text/repeat");

        Assert.Equal("array", tool["inputSchema"]!["properties"]!["parts"]!["type"]!.GetValue<string>());
        Assert.Equal("string", tool["outputSchema"]!["type"]!.GetValue<string>());
        Assert.Equal("""{"title":"Repeat","readOnly":true}""", tool["annotations"]!.ToJsonString());
        Assert.Contains(tool.ToJsonString(), (await GetAsync("/v1/tools"))["tools"]!.AsArray().Select(listed => listed!.ToJsonString()));
    }

    [Fact]
    public async Task An_input_against_the_tools_schema_names_each_field()
    {
        using var request = Post("/v1/tools/text/repeat/execute", """{"parts":[{"text":5},{"text":"a","times":0}]}""");

        var (status, problem) = await SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            ["input.parts[0].text", "input.parts[0].times", "input.parts[1].times"],
            problem["errors"]!.AsObject().Select(error => error.Key));
        Assert.Contains("input.parts[0].text: ", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Executors_are_listed_with_the_address_of_their_metrics()
    {
        var executors = (await GetAsync("/v1/executors"))["executors"]!.AsArray();

        Assert.Equal(["executor-0", "executor-1"], executors.Select(executor => executor!["name"]!.GetValue<string>()));
        foreach (var executor in executors)
        {
            Assert.Equal("ready", executor!["state"]!.GetValue<string>());
            var address = new Uri(executor["address"]!.GetValue<string>());
            Assert.Contains("runtime_tool_timeouts_total", await cluster.Http.GetStringAsync(new Uri(address, "/metrics"), Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_call_answers_as_specified()
    {
        using var request = Post("/v1/tools/text/shout/execute", """{"text":"hi"}""");
        request.Headers.Add("X-Execution-Id", "rest-1");

        var (status, answer) = await SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            ["executionId", "toolId", "outcome", "result", "durationMs", "outputBytes", "executor"],
            answer.AsObject().Select(property => property.Key));
        Assert.Equal("rest-1", answer["executionId"]!.GetValue<string>());
        Assert.Equal("success", answer["outcome"]!.GetValue<string>());
        Assert.Equal("HI", answer["result"]!.GetValue<string>());
        Assert.Equal(4, answer["outputBytes"]!.GetValue<long>());
    }

    [Fact]
    public async Task An_escaped_slash_in_the_id_is_a_slash()
    {
        using var request = Post("/v1/tools/text%2Fshout/execute", """{"text":"hi"}""");

        Assert.Equal("HI", (await SendAsync(request)).Answer["result"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_failed_run_answers_200_with_its_error_and_its_process()
    {
        using var exit = Post("/v1/tools/exit/execute", "137");
        var (status, answer) = await SendAsync(exit);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("error", answer["outcome"]!.GetValue<string>());
        Assert.Equal(["kind", "type", "message", "stack"], answer["error"]!.AsObject().Select(property => property.Key));
        Assert.Equal("wait", answer["error"]!["kind"]!.GetValue<string>());
        Assert.Equal("""{"exitCode":137}""", answer["process"]!.ToJsonString());

        using var signal = Post("/v1/tools/signal/execute", "\"SIGKILL\"");
        Assert.Equal("""{"signal":"SIGKILL"}""", (await SendAsync(signal)).Answer["process"]!.ToJsonString());
    }

    [Fact]
    public async Task A_timeout_in_the_header_is_an_outcome()
    {
        using var request = Post("/v1/tools/spin/execute", "\"rest-timeout\"");
        request.Headers.Add("X-Timeout-Ms", "500");

        var (status, answer) = await SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, "timeout"), (status, answer["outcome"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("/v1/tools/none/execute", "1", HttpStatusCode.NotFound, null)]
    [InlineData("/v1/tools/.bad/execute", "1", HttpStatusCode.BadRequest, "tool_id")]
    [InlineData("/v1/tools/echo/execute", "no json", HttpStatusCode.BadRequest, "input")]
    [InlineData("/v1/tools/echo", "1", HttpStatusCode.NotFound, null)]
    [InlineData("/v1/nothing", "1", HttpStatusCode.NotFound, null)]
    public async Task A_call_that_reaches_no_tool_is_problem_json(string path, string body, HttpStatusCode expected, string? field)
    {
        using var request = Post(path, body);
        using var response = await cluster.Http.SendAsync(request, Cancellation);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
        Assert.Equal((int)expected, problem["status"]!.GetValue<int>());
        Assert.Equal(field, problem["errors"]?.AsObject().Single().Key);
    }

    [Theory]
    [InlineData("DELETE", "/v1/tools/echo", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/v1/tools/echo/execute", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/v1/tools", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/executors", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/nothing/at/all", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/tools/none", HttpStatusCode.NotFound)]
    public async Task What_has_no_other_answer_is_problem_json_for_whoever_asks(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await cluster.Http.SendAsync(request, Cancellation);

        Assert.Equal((expected, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
        Assert.Equal((int)expected, problem["status"]!.GetValue<int>());
        Assert.NotEmpty(problem["title"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("application/json", "", HttpStatusCode.OK)]
    [InlineData("application/vnd.mine+json; charset=UTF-8", "", HttpStatusCode.OK)]
    [InlineData("application/json", "identity", HttpStatusCode.OK)]
    [InlineData("application/xml", "", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data; boundary=x", "", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("nonsense", "", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", "", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "gzip", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_that_is_no_plain_json_by_its_headers_is_refused(string type, string encoding, HttpStatusCode expected)
    {
        using var request = Post("/v1/tools/echo/execute", "1");
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding.Length > 0)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        using var response = await cluster.Http.SendAsync(request, Cancellation);

        Assert.Equal(expected, response.StatusCode);
        if (expected != HttpStatusCode.OK)
        {
            var problem = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Contains(encoding.Length > 0 ? encoding : type.Split("; charset=")[^1], problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("soon")]
    public async Task A_bad_timeout_header_is_refused(string timeout)
    {
        using var request = Post("/v1/tools/echo/execute", "1");
        request.Headers.Add("X-Timeout-Ms", timeout);

        var (status, problem) = await SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("X-Timeout-Ms", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000_001, HttpStatusCode.BadRequest)]
    [InlineData(33_000_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task An_input_over_the_limit_is_refused_with_the_limit(int length, HttpStatusCode expected)
    {
        using var request = Post("/v1/tools/echo/execute", new string('1', length));
        // As curl does for a large body: otherwise the refusal can get lost while the body is still being sent.
        request.Headers.ExpectContinue = true;

        var (status, problem) = await SendAsync(request);

        Assert.Equal(expected, status);
        Assert.Matches("limit is 10000000|size is 32000000", problem["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_caller_who_hangs_up_frees_the_process()
    {
        using var cancellation = new CancellationTokenSource();
        using var request = Post("/v1/tools/spin/execute", "\"rest-cancel\"");
        var call = cluster.Http.SendAsync(request, cancellation.Token);
        await Eventually.True(() => File.Exists(cluster.File("rest-cancel")), "the tool's start");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        var pid = int.Parse(await File.ReadAllTextAsync(cluster.File("rest-cancel"), Cancellation), System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.True(() => !LiveProcess.Exists(pid), "the tool's end");
    }

    private static HttpRequestMessage Post(string path, string body) =>
        new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded") };

    private async Task<JsonNode> GetAsync(string path) => (await cluster.Http.GetFromJsonAsync<JsonNode>(path, Cancellation))!;

    private async Task<(HttpStatusCode Status, JsonNode Answer)> SendAsync(HttpRequestMessage request)
    {
        using var response = await cluster.Http.SendAsync(request, Cancellation);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!);
    }
}
