using System.Net;
using Microsoft.AspNetCore.Http;

namespace ToolRuntime.Tests.Panels;

/// <summary>What the page's server passes on to Prometheus, and what it does not.</summary>
public sealed class PrometheusProxyTests : IAsyncLifetime
{
    private const string Answer = """{"status":"success","data":[]}""";

    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });
    private readonly List<string> _asked = [];
    private LocalServer _prometheus = null!;
    private PanelsProcess _panels = null!;
    private RequestDelegate _answer = context => Json(context, Answer);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _prometheus = await LocalServer.StartAsync(context =>
        {
            lock (_asked)
            {
                _asked.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            }

            return _answer(context);
        });
        _panels = await PanelsProcess.StartAsync(new Dictionary<string, string> { ["PROMETHEUS_URL"] = _prometheus.Address.ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        await _panels.DisposeAsync();
        await _prometheus.DisposeAsync();
        _http.Dispose();
    }

    [Theory]
    [InlineData("/api/v1/query?query=up&time=1")]
    [InlineData("/api/v1/query_range?query=up%7Ba%3D~%22b%2Bc%22%7D&start=1&end=2&step=1")]
    [InlineData("/api/v1/query_exemplars?query=up&start=1&end=2")]
    [InlineData("/api/v1/labels")]
    [InlineData("/api/v1/label/tool_id/values?match[]=up")]
    [InlineData("/api/v1/series?match[]=up&limit=5")]
    public async Task Queries_are_passed_on_as_they_are(string path)
    {
        using var response = await GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Answer, await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal($"GET {Uri.UnescapeDataString(path)}", Uri.UnescapeDataString(Assert.Single(_asked)));
    }

    [Theory]
    [InlineData("/api/v1/status/config")]
    [InlineData("/api/v1/targets")]
    [InlineData("/api/v1/rules")]
    [InlineData("/api/v1/write")]
    [InlineData("/api/v1/admin/tsdb/delete_series?match[]=up")]
    [InlineData("/api/v1/query/../status/config")]
    [InlineData("/api/v1/query/%2e%2e/status/config")]
    [InlineData("/api/v1/query%2f..%2fstatus/config")]
    [InlineData("/api/v1/query/")]
    [InlineData("/api/v1/label/a/b/values")]
    [InlineData("/api/v1/label/..%2f..%2fstatus/values")]
    [InlineData("//api/v1/query")]
    [InlineData("/metrics")]
    [InlineData("/federate?match[]=up")]
    [InlineData("/-/reload")]
    [InlineData("/graph")]
    public async Task Nothing_else_is_passed_on(string path)
    {
        using var response = await GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(_asked);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("HEAD")]
    public async Task Only_GET_is_passed_on(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_panels.Address, "/api/v1/query?query=up"));
        using var response = await _http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET"], response.Content.Headers.Allow);
        Assert.Empty(_asked);
    }

    [Theory]
    [InlineData("/api/v1/query?query=up&timeout=1h", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/query?query=up&stats=all", HttpStatusCode.BadRequest)]
    public async Task Parameters_that_the_page_has_no_use_for_are_refused(string path, HttpStatusCode status)
    {
        using var response = await GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task A_query_has_a_limit()
    {
        using var response = await GetAsync($"/api/v1/query?query={new string('a', 9 * 1024)}");

        Assert.Equal(HttpStatusCode.RequestUriTooLong, response.StatusCode);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task An_answer_has_a_limit()
    {
        _answer = async context =>
        {
            context.Response.ContentType = "application/json";
            var part = new byte[1024 * 1024];
            for (var i = 0; i < 17; i++)
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
            }
        };

        using var response = await GetAsync("/api/v1/query?query=up");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("over 16 MB", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_has_a_time_to_answer_in()
    {
        _answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        using var response = await GetAsync("/api/v1/query?query=up");

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Contains("did not answer within 10 s", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_own_errors_are_passed_on()
    {
        _answer = context => Json(context, """{"status":"error","errorType":"bad_data","error":"parse error"}""", StatusCodes.Status400BadRequest);

        using var response = await GetAsync("/api/v1/query?query=sum(");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("parse error", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirection_is_not_followed()
    {
        _answer = context =>
        {
            context.Response.Redirect("/api/v1/status/config");
            return Task.CompletedTask;
        };

        using var response = await GetAsync("/api/v1/query?query=up");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task What_is_no_JSON_is_not_passed_on()
    {
        _answer = context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<script>alert(1)</script>");
        };

        using var response = await GetAsync("/api/v1/query?query=up");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.DoesNotContain("script", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Prometheus_that_is_gone_is_said()
    {
        await _prometheus.StopAsync();

        using var response = await GetAsync("/api/v1/query?query=up");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("cannot be reached", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        // The page's own health is another thing.
        using var health = await GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/dashboard.json")]
    [InlineData("/no/such/path")]
    [InlineData("/api/v1/query?query=up")]
    public async Task Every_answer_has_the_strict_policy(string path)
    {
        using var response = await GetAsync(path);

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
    }

    [Fact]
    public async Task It_listens_on_the_loopback_only()
    {
        Assert.Equal("127.0.0.1", _panels.Address.Host);
        var others = await Dns.GetHostAddressesAsync(Dns.GetHostName(), Cancellation);
        foreach (var address in others.Where(address => !IPAddress.IsLoopback(address)))
        {
            await Assert.ThrowsAsync<HttpRequestException>(
                () => _http.GetAsync(new UriBuilder("http", address.ToString(), _panels.Address.Port).Uri, Cancellation));
        }
    }

    // The path as it is: Uri would tidy it up.
    private Task<HttpResponseMessage> GetAsync(string path) =>
        _http.GetAsync(new Uri(_panels.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }), Cancellation);

    private static Task Json(HttpContext context, string text, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(text);
    }
}
