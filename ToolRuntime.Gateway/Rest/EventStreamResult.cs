using System.Buffers;
using System.Net.Mime;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Gateway.Rest;

/// <summary>
/// A call's events as Server-Sent Events, each sent as it happens: <c>queued</c>, <c>started</c>, <c>log</c>,
/// <c>progress</c>, and last <c>result</c>, or <c>error</c> with the problem that a call without events would have been
/// answered with.
/// </summary>
internal sealed class EventStreamResult : IResult
{
    private readonly IAsyncEnumerator<ExecutionEvent> _events;

    private EventStreamResult(IAsyncEnumerator<ExecutionEvent> events) => _events = events;

    public static bool IsAskedFor(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type =>
            type.Quality != 0 && type.MediaType.Equals(MediaTypeNames.Text.EventStream, StringComparison.OrdinalIgnoreCase));

    /// <summary>Waits for the first event: what goes wrong before it is an answer of its own.</summary>
    /// <exception cref="RpcException">The call was not taken on.</exception>
    public static async Task<EventStreamResult> StartAsync(IAsyncEnumerable<ExecutionEvent> events, CancellationToken cancellationToken)
    {
        var reader = events.GetAsyncEnumerator(cancellationToken);
        try
        {
            await reader.MoveNextAsync();
            return new EventStreamResult(reader);
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var events = _events;
        var response = httpContext.Response;
        response.ContentType = MediaTypeNames.Text.EventStream;
        response.Headers[HeaderNames.CacheControl] = "no-cache";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await SseFormatter.WriteAsync(ItemsAsync(), response.Body, Write, httpContext.RequestAborted);
    }

    private async IAsyncEnumerable<SseItem<Sent>> ItemsAsync()
    {
        RpcException? failure = null;
        bool goesOn;
        do
        {
            yield return new SseItem<Sent>(new Sent(_events.Current, null), ExecutionJson.NameOf(_events.Current.EventCase));
            try
            {
                goesOn = await _events.MoveNextAsync();
            }
            catch (RpcException exception)
            {
                failure = exception;
                goesOn = false;
            }
        }
        while (goesOn);

        if (failure is not null)
        {
            yield return new SseItem<Sent>(new Sent(null, failure), "error");
        }
    }

    private static void Write(SseItem<Sent> item, IBufferWriter<byte> writer)
    {
        using var json = new Utf8JsonWriter(writer);
        if (item.Data.Happened is { } happened)
        {
            ExecutionJson.Write(json, happened);
        }
        else if (item.Data.Failure is { } failure)
        {
            JsonSerializer.Serialize(json, Problem.DetailsOf(failure), JsonSerializerOptions.Web);
        }
    }

    /// <summary>One of the two.</summary>
    private readonly record struct Sent(ExecutionEvent? Happened, RpcException? Failure);
}
