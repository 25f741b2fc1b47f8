using System.Buffers;
using Google.Protobuf;

namespace ToolRuntime.Gateway.Rest;

/// <summary>Reads a call's body whole. Kestrel bounds its length.</summary>
internal static class RequestBody
{
    /// <exception cref="BadHttpRequestException">The body is longer than Kestrel allows, or no JSON by what the request says, or broke off.</exception>
    public static async Task<ByteString> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        RequestMedia.Check(request);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                var body = UnsafeByteOperations.UnsafeWrap(read.Buffer.ToArray());
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
