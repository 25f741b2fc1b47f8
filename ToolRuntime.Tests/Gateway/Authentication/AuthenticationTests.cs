using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Microsoft.OpenApi;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Gateway.Limits;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Authentication;

/// <summary>Who may come in, by gRPC and by REST.</summary>
public sealed class AuthenticationTests(GuardedCluster guarded) : IClassFixture<GuardedCluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string?, string?, string> Strangers => new()
    {
        { null, null, "A caller needs a key" },
        { "X-Api-Key", "trk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "The key is not one that is known." },
        { "Authorization", "Bearer trk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "The key is not one that is known." },
        { "Authorization", "Basic dXNlcjpwYXNz", "A caller needs a key" },
        { "Authorization", "Bearer a.b.c", "The token is not valid." },
        { "X-Api-Key", "something", "What was sent is no key." },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task A_stranger_is_refused_by_gRPC(string? header, string? value, string detail)
    {
        var headers = GuardedCluster.Headers(header?.ToLowerInvariant(), value);

        var listing = await Assert.ThrowsAsync<RpcException>(async () =>
            await guarded.Cluster.Client.ListToolsAsync(new ListToolsRequest(), headers, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.Unauthenticated, listing.StatusCode);
        Assert.StartsWith(detail, listing.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(StatusCode.Unauthenticated, await StatusAsync("echo", headers));
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task A_stranger_is_refused_by_REST(string? header, string? value, string detail)
    {
        using var client = guarded.Client(header, value);
        using var content = new StringContent("1");
        foreach (var response in new[]
        {
            await client.GetAsync("/v1/tools", Cancellation),
            await client.GetAsync("/v1/tools/echo", Cancellation),
            await client.GetAsync("/v1/executors", Cancellation),
            await client.GetAsync("/metrics", Cancellation),
            await client.GetAsync("/nothing", Cancellation),
            await client.PostAsync("/v1/tools/echo/execute", content, Cancellation),
        })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var problem = await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation);
            Assert.StartsWith(detail, problem!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_APIs_description_says_how_to_come_in_and_shows_each_caller_its_own_tools()
    {
        using var client = guarded.Client("X-Api-Key", guarded.TextKey);

        var read = OpenApiDocument.Parse(await client.GetStringAsync("/openapi/v1.json", Cancellation), "json");

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Equal(["bearer", "key"], read.Document!.Security!.Select(requirement => Assert.Single(requirement.Keys).Reference.Id!));
        Assert.Equal(("bearer", "X-Api-Key"), (read.Document.Components!.SecuritySchemes!["bearer"].Scheme, read.Document.Components.SecuritySchemes["key"].Name));
        Assert.Contains("/v1/tools/text/repeat/execute", read.Document.Paths.Keys);
        Assert.DoesNotContain("/v1/tools/echo/execute", read.Document.Paths.Keys);
    }

    [Fact]
    public async Task Health_needs_nobody_and_reflection_somebody()
    {
        using var client = guarded.Client();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/alive", Cancellation)).StatusCode);
        var health = await new Health.HealthClient(guarded.Cluster.Channel).CheckAsync(new HealthCheckRequest(), cancellationToken: Cancellation);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);

        Assert.Equal(StatusCode.Unauthenticated, await ReflectAsync([]));
        Assert.Equal(StatusCode.OK, await ReflectAsync(GuardedCluster.Headers("x-api-key", guarded.MonitorKey)));
    }

    [Theory]
    [InlineData("X-Api-Key", "")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer ")]
    public async Task A_key_opens_both_doors(string header, string before)
    {
        var value = before + guarded.Key;

        Assert.Equal(StatusCode.OK, await StatusAsync("echo", GuardedCluster.Headers(header.ToLowerInvariant(), value)));
        using var client = guarded.Client(header, value);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(client, "echo"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/metrics", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_key_reaches_the_tools_of_its_scope_and_sees_no_others()
    {
        var headers = GuardedCluster.Headers("x-api-key", guarded.TextKey);
        Assert.Equal(StatusCode.OK, await StatusAsync("text/shout", headers));
        Assert.Equal(StatusCode.PermissionDenied, await StatusAsync("echo", headers));
        Assert.Equal(StatusCode.PermissionDenied, await StatusAsync("no-such-tool", headers));
        Assert.Equal(StatusCode.PermissionDenied, await StatusAsync($"text/{new string('x', 1_000_000)}", headers));
        var listed = await guarded.Cluster.Client.ListToolsAsync(new ListToolsRequest(), headers, cancellationToken: Cancellation);
        Assert.Equal(["text/repeat", "text/shout"], listed.Tools.Select(tool => tool.Id));

        using var client = guarded.Client("X-Api-Key", guarded.TextKey);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(client, "text/shout"));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(client, "echo"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/tools/text/shout", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/v1/tools/echo", Cancellation)).StatusCode);
        var tools = await client.GetFromJsonAsync<JsonNode>("/v1/tools", Cancellation);
        Assert.Equal(["text/repeat", "text/shout"], tools!["tools"]!.AsArray().Select(tool => tool!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_stream_passes_the_same_gate()
    {
        var request = new ExecuteToolRequest { ToolId = "echo" };
        using var stream = guarded.Cluster.Client.ExecuteToolStream(
            request, GuardedCluster.Headers("x-api-key", guarded.TextKey), cancellationToken: Cancellation);
        var exception = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(StatusCode.PermissionDenied, exception.StatusCode);

        using var client = guarded.Client("X-Api-Key", guarded.TextKey);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(client, "echo"));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(client, "text/shout"));
    }

    [Fact]
    public async Task A_caller_ends_its_own_executions_and_one_for_all_tools_everybodys()
    {
        foreach (var (id, stranger, owner) in new[] { ("mine", guarded.RivalKey, guarded.SpinKey), ("theirs", guarded.TextKey, guarded.Key) })
        {
            var request = new ExecuteToolRequest { ToolId = "spin", Input = ByteString.CopyFromUtf8($"\"{id}\""), ExecutionId = id };
            using var call = guarded.Cluster.Client.ExecuteToolAsync(
                request, GuardedCluster.Headers("x-api-key", guarded.SpinKey), cancellationToken: Cancellation);
            await Eventually.True(() => File.Exists(guarded.Cluster.File(id)), "the tool's start");

            Assert.Equal(StatusCode.NotFound, await CancelAsync(id, stranger));
            using var client = guarded.Client("X-Api-Key", stranger);
            Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"/v1/executions/{id}", Cancellation)).StatusCode);
            Assert.Equal(StatusCode.OK, await CancelAsync(id, owner));

            Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        }

        Assert.Equal(StatusCode.NotFound, await CancelAsync("none", guarded.Key));
    }

    [Fact]
    public async Task A_key_for_no_tool_sees_none_and_the_metrics()
    {
        var headers = GuardedCluster.Headers("x-api-key", guarded.MonitorKey);

        Assert.Equal(StatusCode.PermissionDenied, await StatusAsync("text/shout", headers));
        Assert.Empty((await guarded.Cluster.Client.ListToolsAsync(new ListToolsRequest(), headers, cancellationToken: Cancellation)).Tools);
        using var client = guarded.Client("X-Api-Key", guarded.MonitorKey);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/metrics", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_JWT_opens_both_doors_for_the_tools_of_its_scope()
    {
        var token = $"Bearer {guarded.Issuer.Issue("openid tools:text/* email")}";
        var headers = GuardedCluster.Headers("authorization", token);

        Assert.Equal(StatusCode.OK, await StatusAsync("text/shout", headers));
        Assert.Equal(StatusCode.PermissionDenied, await StatusAsync("echo", headers));
        using var client = guarded.Client("Authorization", token);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(client, "text/shout"));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(client, "echo"));
    }

    [Fact]
    public async Task A_JWT_without_tools_in_its_scope_calls_none() =>
        Assert.Equal(
            StatusCode.PermissionDenied,
            await StatusAsync("echo", GuardedCluster.Headers("authorization", $"Bearer {guarded.Issuer.Issue("tools")}")));

    [Fact]
    public async Task A_bad_JWT_is_refused_with_the_reason()
    {
        await RefusedAsync(guarded.Issuer.Issue("tools:*", expiresIn: TimeSpan.FromHours(-1)), "The token expired at ");
        await RefusedAsync(guarded.Issuer.Issue("tools:*", audience: "somebody-else"), "The token is for another audience.");
        await RefusedAsync(guarded.Issuer.Issue("tools:*", key: RandomNumberGenerator.GetBytes(32)), "The token is not valid.");
        var parts = guarded.Issuer.Issue("openid").Split('.');
        await RefusedAsync($"{parts[0]}.{guarded.Issuer.Issue("tools:*").Split('.')[1]}.{parts[2]}", "The token is not valid.");
    }

    [Fact]
    public void A_key_is_found_by_its_digest_alone()
    {
        var digest = new byte[SHA256.HashSizeInBytes];
        ApiKey.Hash(guarded.Key, digest);
        var key = new ApiKey(Caller.Anonymous(new CallLimits()), [.. digest]);

        Assert.True(key.Has(digest));
        digest[31] ^= 1;
        Assert.False(key.Has(digest));
    }

    private async Task RefusedAsync(string token, string detail)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await guarded.Cluster.Client.ListToolsAsync(
            new ListToolsRequest(), GuardedCluster.Headers("authorization", $"Bearer {token}"), cancellationToken: Cancellation));
        Assert.Equal(StatusCode.Unauthenticated, exception.StatusCode);
        Assert.StartsWith(detail, exception.Status.Detail, StringComparison.Ordinal);

        using var client = guarded.Client("Authorization", $"Bearer {token}");
        var response = await client.GetAsync("/v1/tools", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation);
        Assert.StartsWith(detail, problem!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private async Task<StatusCode> StatusAsync(string toolId, Metadata headers)
    {
        var request = new ExecuteToolRequest { ToolId = toolId, Input = ByteString.CopyFromUtf8("""{"text":"a"}""") };
        using var call = guarded.Cluster.Client.ExecuteToolAsync(request, headers, cancellationToken: Cancellation);
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException exception)
        {
            return exception.StatusCode;
        }
    }

    private async Task<StatusCode> CancelAsync(string executionId, string key)
    {
        try
        {
            await guarded.Cluster.Client.CancelExecutionAsync(
                new CancelExecutionRequest { ExecutionId = executionId }, GuardedCluster.Headers("x-api-key", key), cancellationToken: Cancellation);
            return StatusCode.OK;
        }
        catch (RpcException exception)
        {
            return exception.StatusCode;
        }
    }

    private async Task<StatusCode> ReflectAsync(Metadata headers)
    {
        using var call = new ServerReflection.ServerReflectionClient(guarded.Cluster.Channel).ServerReflectionInfo(headers, cancellationToken: Cancellation);
        try
        {
            await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Cancellation);
            await call.ResponseStream.MoveNext(Cancellation);
            return StatusCode.OK;
        }
        catch (RpcException exception)
        {
            return exception.StatusCode;
        }
    }

    private static async Task<HttpStatusCode> CallAsync(HttpClient client, string toolId)
    {
        using var content = new StringContent("""{"text":"a"}""");
        return (await client.PostAsync($"/v1/tools/{toolId}/execute", content, Cancellation)).StatusCode;
    }
}
