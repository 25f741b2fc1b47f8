using System.Net;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>Tells requests of this machine's own programs from others, as far as a request can tell.</summary>
internal static class LocalRequest
{
    private const string LocalHost = "localhost";

    /// <summary>
    /// Over the loopback, and not on behalf of a web page from elsewhere, which any browser here would send: such a page
    /// names its own origin, or its own host where it had that name resolved to this machine.
    /// </summary>
    public static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && IsLocalName(context.Request.Host.Host)
        && (context.Request.Headers.Origin.Count == 0 || IsLocalOrigin(context.Request.Headers.Origin.ToString()));

    /// <param name="origin">A web page's, as the header has it.</param>
    public static bool IsLocalOrigin(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLocalName(uri.Host);

    private static bool IsLocalName(string host) =>
        host.Equals(LocalHost, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith($".{LocalHost}", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
