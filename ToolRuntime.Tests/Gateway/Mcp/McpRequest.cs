using System.Text;

namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>Requests to the endpoint as they are on the wire, for what no client does.</summary>
internal static class McpRequest
{
    public static HttpRequestMessage Initialize() => Post(
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");

    public static HttpRequestMessage ListTools(string session)
    {
        var request = Post("""{"jsonrpc":"2.0","id":2,"method":"tools/list"}""");
        request.Headers.Add("Mcp-Session-Id", session);
        request.Headers.Add("Mcp-Protocol-Version", McpServer.Sessions);
        return request;
    }

    private static HttpRequestMessage Post(string message) => new(HttpMethod.Post, "/mcp")
    {
        Headers = { { "Accept", "application/json, text/event-stream" } },
        Content = new StringContent(message, Encoding.UTF8, "application/json"),
    };
}
