using System.Net.Sockets;
using System.Text;

namespace ToolRuntime.Tests.Support;

/// <summary>A TCP connection to a service, for bytes that no well-behaved client sends.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();

    private RawConnection()
    {
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RawConnection> OpenAsync(Uri service)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(service.Host, service.Port, Cancellation);
        return connection;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _client.GetStream().WriteAsync(bytes, Cancellation);

    /// <summary>What comes until the other side closes the connection.</summary>
    public async Task<byte[]> ReadToEndAsync(TimeSpan? limit = null)
    {
        using var read = new MemoryStream();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(limit ?? TimeSpan.FromSeconds(15));
        try
        {
            await _client.GetStream().CopyToAsync(read, deadline.Token);
        }
        catch (IOException)
        {
            // Reset, which is an end too.
        }

        return read.ToArray();
    }

    public void Dispose() => _client.Dispose();
}
