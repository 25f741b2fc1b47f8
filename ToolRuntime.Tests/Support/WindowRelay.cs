using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ToolRuntime.Tests.Support;

/// <summary>Passes HTTP/2 connections on as they are, and reads what each says of the windows of its streams.</summary>
internal sealed class WindowRelay : IAsyncDisposable
{
    private const int Preface = 24;
    private const int FrameHeader = 9;
    private const int Setting = 6;
    private const int InitialWindowSize = 4;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<int> _windows = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Uri _to;
    private readonly Task _accepting;

    public WindowRelay(Uri to)
    {
        _to = to;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Of each connection that has begun, in bytes.</summary>
    public IReadOnlyCollection<int> Windows => _windows;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _connections.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(_to.Host, _to.Port, _ending.Token);
            var (near, far) = (client.GetStream(), server.GetStream());
            var back = far.CopyToAsync(near, _ending.Token);
            var start = new byte[Preface + FrameHeader];
            await near.ReadExactlyAsync(start, _ending.Token);
            var settings = new byte[BinaryPrimitives.ReadUInt16BigEndian(start.AsSpan(Preface + 1))];
            await near.ReadExactlyAsync(settings, _ending.Token);
            foreach (var setting in settings.Chunk(Setting))
            {
                if (BinaryPrimitives.ReadUInt16BigEndian(setting) == InitialWindowSize)
                {
                    _windows.Enqueue(BinaryPrimitives.ReadInt32BigEndian(setting.AsSpan(sizeof(ushort))));
                }
            }

            await far.WriteAsync(start, _ending.Token);
            await far.WriteAsync(settings, _ending.Token);
            await Task.WhenAny(near.CopyToAsync(far, _ending.Token), back);
        }
    }
}
