using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace ToolRuntime.ServiceDefaults.Connections;

/// <summary>
/// Memory for Kestrel's connections in blocks of two HTTP/2 frames and not of 4 kB: a message of a megabyte is read by
/// an eighth of the system calls, and by as many fewer turns of the threads that hand it on.
/// </summary>
internal sealed class LargeBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockSize = 32 * 1024;

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlocks();

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, BlockSize));

    protected override void Dispose(bool disposing)
    {
        // The shared pool's blocks outlive it.
    }
}
