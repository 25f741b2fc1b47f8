using System.Buffers.Binary;

namespace ToolRuntime.Executor.Workers.Frames;

/// <summary>Reads frames: a 4-byte little-endian length of what follows, a byte for the kind, and the payload.</summary>
/// <param name="largeArrives">Called when the header of a large frame has been read, and before the rest of it is.</param>
internal sealed class FrameReader(Stream stream, int maxPayload, Action largeArrives)
{
    private const int HeaderSize = 5;
    private const int BufferSize = 4 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;

    /// <returns>The next frame, or null at an end that lies between two frames.</returns>
    /// <exception cref="EndOfStreamException">The stream ended within a frame.</exception>
    /// <exception cref="FrameTooLargeException">A frame is longer than the limit. The stream is of no more use.</exception>
    /// <exception cref="InvalidDataException">This is no frame. The stream is of no more use.</exception>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(HeaderSize, cancellationToken))
        {
            return _start == _end ? null : throw new EndOfStreamException("The response broke off within a frame's header.");
        }

        var header = _buffer.AsSpan(_start, HeaderSize);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        var kind = (FrameKind)header[4];
        _start += HeaderSize;
        if (length == 0 || !Enum.IsDefined(kind))
        {
            throw new InvalidDataException($"A frame of the unknown kind {(byte)kind} with the length {length} arrived.");
        }

        if (length - 1 > maxPayload)
        {
            throw new FrameTooLargeException(length - 1, maxPayload);
        }

        if (length >= Frame.LargeLength)
        {
            largeArrives();
        }

        return new Frame(kind, await ReadPayloadAsync((int)length - 1, cancellationToken));
    }

    private async ValueTask<byte[]> ReadPayloadAsync(int length, CancellationToken cancellationToken)
    {
        var payload = new byte[length];
        var buffered = Math.Min(length, _end - _start);
        _buffer.AsSpan(_start, buffered).CopyTo(payload);
        _start += buffered;
        await stream.ReadExactlyAsync(payload.AsMemory(buffered), cancellationToken);
        return payload;
    }

    private async ValueTask<bool> FillAsync(int needed, CancellationToken cancellationToken)
    {
        while (_end - _start < needed)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }
}
