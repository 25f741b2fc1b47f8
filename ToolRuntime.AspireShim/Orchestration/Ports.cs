using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Aspire.Hosting.Orchestration;

internal static class Ports
{
    /// <summary>
    /// A free port below the range that systems give to outgoing connections, so that none of those takes it before
    /// whoever it is for.
    /// </summary>
    public static int FindFree()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new DistributedApplicationException("No free port was found between 20000 and 32000.");
    }

    public static bool IsFree(int port) =>
        CanBind(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Loopback, port));

    private static bool CanBind(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            // A system without IPv6 addresses: nobody else can have the port there either.
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
