using System.Text;
using Microsoft.Net.Http.Headers;

namespace ToolRuntime.Gateway.Rest;

/// <summary>What a call's body may be: JSON, in UTF-8, as it is.</summary>
internal static class RequestMedia
{
    // Beside what says nothing: curl calls what it sends a form, and other clients text, where they are not told.
    private static readonly string[] Accepted = ["application/json", "application/x-www-form-urlencoded", "text/plain"];

    /// <exception cref="BadHttpRequestException">The body is something else.</exception>
    public static void Check(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            throw Unsupported($"A body with the content encoding '{encoding}' is not read; send it as it is.");
        }

        if (string.IsNullOrEmpty(request.ContentType))
        {
            return;
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !(Accepted.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
        {
            throw Unsupported($"A body of the type '{request.ContentType}' is not read; send application/json.");
        }

        if (type.Charset.HasValue && type.Encoding is not UTF8Encoding)
        {
            throw Unsupported($"A body in '{type.Charset}' is not read; send it in UTF-8.");
        }
    }

    private static BadHttpRequestException Unsupported(string message) => new(message, StatusCodes.Status415UnsupportedMediaType);
}
