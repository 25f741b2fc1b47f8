using System.Net;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>Tells requests of this machine's own programs from others, as far as a request can tell.</summary>
internal static class LocalRequest
{
    private const string LocalHost = "localhost";

    public static bool IsOverLoopback(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    /// <summary>
    /// Whether a browser here sends it for a web page from elsewhere: such a page names its own origin, or its own host where
    /// it had that name resolved to this machine.
    /// </summary>
    /// <param name="allowedOrigins">The origins elsewhere whose pages are welcome nevertheless.</param>
    public static bool IsOfForeignPage(HttpRequest request, IEnumerable<string> allowedOrigins)
    {
        var origin = request.Headers.Origin.ToString();
        return !IsLocalName(request.Host.Host)
            || (origin.Length > 0 && !IsLocalOrigin(origin) && !allowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase));
    }

    /// <param name="origin">A web page's, as the header has it.</param>
    public static bool IsLocalOrigin(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLocalName(uri.Host);

    private static bool IsLocalName(string host) =>
        host.Equals(LocalHost, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith($".{LocalHost}", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
