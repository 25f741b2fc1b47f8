using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ToolRuntime.Executor.Workers.Frames;

/// <summary>Collects one frame's payload and writes the frame at once.</summary>
internal sealed class FrameWriter
{
    private const int HeaderSize = 5;

    private readonly ArrayBufferWriter<byte> _frame;

    /// <param name="payload">How long the payload will be, or nearly: what is right is not copied as it grows.</param>
    public FrameWriter(FrameKind kind, int payload = 256)
    {
        _frame = new ArrayBufferWriter<byte>(HeaderSize + payload);
        var header = _frame.GetSpan(HeaderSize);
        header[4] = (byte)kind;
        _frame.Advance(HeaderSize);
    }

    /// <summary>Takes the payload.</summary>
    public IBufferWriter<byte> Payload => _frame;

    public void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        using var json = new Utf8JsonWriter(_frame);
        JsonSerializer.Serialize(json, value, type);
    }

    public bool IsLarge => _frame.WrittenCount >= Frame.LargeLength;

    /// <exception cref="IOException">The worker no longer reads.</exception>
    public ValueTask WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        var frame = MemoryMarshal.AsMemory(_frame.WrittenMemory);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.Span, (uint)(frame.Length - sizeof(uint)));
        return stream.WriteAsync(frame, cancellationToken);
    }
}
