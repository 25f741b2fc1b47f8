using System.Buffers;
using System.Buffers.Binary;

namespace ToolRuntime.Executor.Workers.Frames;

/// <summary>Collects one frame's payload and writes the frame at once.</summary>
internal sealed class FrameWriter
{
    private const int HeaderSize = 5;

    private readonly ArrayBufferWriter<byte> _frame = new();

    public FrameWriter(FrameKind kind)
    {
        var header = _frame.GetSpan(HeaderSize);
        header[4] = (byte)kind;
        _frame.Advance(HeaderSize);
    }

    /// <summary>Takes the payload.</summary>
    public IBufferWriter<byte> Payload => _frame;

    /// <exception cref="IOException">The worker no longer reads.</exception>
    public ValueTask WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        var frame = System.Runtime.InteropServices.MemoryMarshal.AsMemory(_frame.WrittenMemory);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.Span, (uint)(frame.Length - sizeof(uint)));
        return stream.WriteAsync(frame, cancellationToken);
    }
}
