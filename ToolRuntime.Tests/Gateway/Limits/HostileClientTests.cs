using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Grpc.Core;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Limits;

/// <summary>What becomes of those who break the protocols, or do not go on: they are cut off, and the gateway stays as it was.</summary>
public sealed class HostileClientTests(HostedGateway hosted) : IClassFixture<HostedGateway>
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Garbage_at_either_port_ends_the_connection()
    {
        var garbage = new byte[100_000];
        new Random(1).NextBytes(garbage);

        await ClosesAsync(hosted.Gateway.Grpc, garbage);
        Assert.StartsWith("HTTP/1.1 400 ", Encoding.ASCII.GetString(await ClosesAsync(hosted.Gateway.Http, garbage)), StringComparison.Ordinal);
        await HealthyAsync();
    }

    [Fact]
    public async Task HTTP1_at_the_gRPC_port_is_told_so()
    {
        var answer = await ClosesAsync(hosted.Gateway.Grpc, Encoding.ASCII.GetBytes("GET /v1/tools HTTP/1.1\r\nHost: localhost\r\n\r\n"));

        Assert.StartsWith("HTTP/1.1 400 Bad Request", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
        Assert.Contains("HTTP/2 only endpoint", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a frame longer than allowed", new byte[] { 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1 })]
    [InlineData("a header block that cannot be decoded", new byte[] { 0, 0, 4, 1, 5, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData("data on a stream that never was", new byte[] { 0, 0, 1, 0, 1, 0, 0, 0, 1, 7 })]
    [InlineData("a window update of zero", new byte[] { 0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public async Task A_broken_frame_ends_the_connection(string what, byte[] frame)
    {
        var answer = await ClosesAsync(hosted.Gateway.Grpc, [.. Encoding.ASCII.GetBytes(Preface), .. Settings, .. frame]);

        // GOAWAY, after the server's own settings.
        Assert.True(FrameTypes(answer).Contains((byte)7), what);
        await HealthyAsync();
    }

    [Fact]
    public async Task A_frame_that_breaks_off_ends_with_the_connection()
    {
        using var connection = await RawConnection.OpenAsync(hosted.Gateway.Grpc);
        // Half of a header block's frame.
        await connection.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(Preface), .. Settings, 0, 0, 100, 1, 5, 0, 0, 0, 1, 1, 2, 3]);

        Assert.Contains((byte)7, FrameTypes(await connection.ReadToEndAsync()));
        await HealthyAsync();
    }

    [Fact]
    public async Task A_message_that_is_no_protobuf_is_answered_with_a_status()
    {
        var (status, _) = await CallAsync(Framed(0xFF, 0xFF, 0xFF, 0xFF));

        Assert.Equal(StatusCode.Unknown, status);
        await HealthyAsync();
    }

    [Fact]
    public async Task A_length_that_lies_is_answered_with_a_status()
    {
        var (status, message) = await CallAsync([0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]);
        Assert.Equal((StatusCode.Unknown, "Exception was thrown by handler."), (status, message));

        (status, message) = await CallAsync([0, 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3]);
        Assert.Equal((StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."), (status, message));

        (status, message) = await CallAsync([0, 0, 0, 4, 0, 1, 2, 3]);
        Assert.Equal((StatusCode.Internal, "Incomplete message."), (status, message));

        (status, message) = await CallAsync([.. Framed(), 1, 2, 3]);
        Assert.Equal((StatusCode.Internal, "Additional data after the message received."), (status, message));
        await HealthyAsync();
    }

    [Fact]
    public async Task A_message_over_the_limit_is_refused_by_gRPC_and_REST()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await hosted.Client.ExecuteToolAsync(
            new ExecuteToolRequest { ToolId = "echo", Input = Google.Protobuf.ByteString.CopyFrom(new byte[2_000_000]) }, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/tools/echo/execute") { Content = new ByteArrayContent(new byte[2_000_000]) };
        request.Headers.ExpectContinue = true;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await hosted.Http.SendAsync(request, Cancellation)).StatusCode);
        await HealthyAsync();
    }

    [Fact]
    public async Task A_request_line_and_headers_over_the_limit_are_refused()
    {
        using var longPath = await hosted.Http.GetAsync($"/v1/tools/{new string('x', 10_000)}", Cancellation);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, longPath.StatusCode);

        using var large = new HttpRequestMessage(HttpMethod.Get, "/v1/tools");
        large.Headers.Add("X-Large", new string('x', 40_000));
        using var largeHeader = await hosted.Http.SendAsync(large, Cancellation);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, largeHeader.StatusCode);

        using var many = new HttpRequestMessage(HttpMethod.Get, "/v1/tools");
        for (var i = 0; i < 100; i++)
        {
            many.Headers.Add($"X-{i}", "x");
        }

        using var manyHeaders = await hosted.Http.SendAsync(many, Cancellation);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, manyHeaders.StatusCode);

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await hosted.Client.ListToolsAsync(
            new ListToolsRequest(), new Metadata { { "x-large", new string('x', 40_000) } }, cancellationToken: Cancellation));
        Assert.NotEqual(StatusCode.OK, exception.StatusCode);
        await HealthyAsync();
    }

    [Fact]
    public async Task Connections_that_say_nothing_or_half_a_header_are_closed_in_time_and_cost_little()
    {
        const int Each = 250;
        var connections = new List<RawConnection>();
        try
        {
            foreach (var (service, text) in new[]
            {
                (hosted.Gateway.Http, ""),
                (hosted.Gateway.Http, "GET /v1/tools HTTP/1.1\r\nHost: local"),
                (hosted.Gateway.Grpc, ""),
                (hosted.Gateway.Grpc, Preface[..10]),
            })
            {
                for (var i = 0; i < Each; i++)
                {
                    var connection = await RawConnection.OpenAsync(service);
                    connections.Add(connection);
                    await connection.SendAsync(text);
                }
            }

            await HealthyAsync();
            var answers = await Task.WhenAll(connections.Select(connection => connection.ReadToEndAsync()));
            Assert.All(answers[..Each], answer => Assert.Empty(answer));
            Assert.All(
                answers[Each..(2 * Each)],
                answer => Assert.StartsWith("HTTP/1.1 408 Request Timeout", Encoding.ASCII.GetString(answer), StringComparison.Ordinal));
            await HealthyAsync();
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        using var connection = await RawConnection.OpenAsync(hosted.Gateway.Http);
        await connection.SendAsync($"POST /v1/tools/echo/execute HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {hosted.Key}\r\nContent-Length: 100\r\n\r\n1");

        Assert.StartsWith("HTTP/1.1 408 Request Timeout", Encoding.ASCII.GetString(await connection.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_too_many_is_closed_and_there_is_room_again_when_others_go()
    {
        await using var narrow = await HostedGateway.StartAsync(new() { ["Kestrel__Limits__MaxConcurrentConnections"] = "5" });
        var connections = new List<RawConnection>();
        for (var i = 0; i < 5; i++)
        {
            connections.Add(await RawConnection.OpenAsync(narrow.Http));
        }

        await Eventually.True(
            async () =>
            {
                using var more = await RawConnection.OpenAsync(narrow.Http);
                await more.SendAsync("GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                return (await more.ReadToEndAsync()).Length == 0;
            },
            "a connection that is refused");

        connections.ForEach(connection => connection.Dispose());
        using var client = new HttpClient { BaseAddress = narrow.Http };
        await Eventually.True(
            async () =>
            {
                try
                {
                    return (await client.GetAsync("/alive", Cancellation)).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "room again");
    }

    private static byte[] Settings => [0, 0, 0, 4, 0, 0, 0, 0, 0];

    private static byte[] Framed(params byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>The types of the HTTP/2 frames that came.</summary>
    private static List<byte> FrameTypes(byte[] bytes)
    {
        var types = new List<byte>();
        for (var at = 0; at + 9 <= bytes.Length; at += 9 + ((bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2]))
        {
            types.Add(bytes[at + 3]);
        }

        return types;
    }

    private static async Task<byte[]> ClosesAsync(Uri service, byte[] bytes)
    {
        using var connection = await RawConnection.OpenAsync(service);
        try
        {
            await connection.SendAsync(bytes);
        }
        catch (IOException)
        {
            // It was closed before it had all.
        }

        return await connection.ReadToEndAsync();
    }

    /// <summary>A gRPC call whose body is just these bytes.</summary>
    private async Task<(StatusCode Status, string Message)> CallAsync(byte[] body)
    {
        using var client = new HttpClient { BaseAddress = hosted.Gateway.Grpc };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/toolruntime.v1.ToolService/ExecuteTool")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Add("X-Api-Key", hosted.Key);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var response = await client.SendAsync(request, Cancellation);
        await response.Content.ReadAsByteArrayAsync(Cancellation);
        string Of(string name) => Uri.UnescapeDataString(
            (response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.Single() : ""));
        return ((StatusCode)int.Parse(Of("grpc-status"), System.Globalization.CultureInfo.InvariantCulture), Of("grpc-message"));
    }

    private async Task HealthyAsync()
    {
        Assert.Equal(HttpStatusCode.OK, (await hosted.Http.GetAsync("/alive", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await hosted.Http.GetAsync("/v1/tools", Cancellation)).StatusCode);
        await hosted.Client.ListToolsAsync(new ListToolsRequest(), cancellationToken: Cancellation);
        Assert.InRange(ProcessMemoryUse.ResidentBytes(hosted.Gateway.Id), 1, LimitedCluster.MostMemory);
    }
}
