using System.Net;
using System.Net.Sockets;

namespace ToolRuntime.Tests.Support;

internal static class Free
{
    /// <summary>A port of the loopback that nobody listens on.</summary>
    public static int Port()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
