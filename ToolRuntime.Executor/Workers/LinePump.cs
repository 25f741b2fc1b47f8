using System.Text;

namespace ToolRuntime.Executor.Workers;

/// <summary>Reads a stream to its end and hands on its lines; a very long line comes in pieces.</summary>
/// <param name="room">Waits until there is room for more lines.</param>
internal sealed class LinePump(Stream stream, Action<string> onLine, Func<CancellationToken, ValueTask> room)
{
    // Most tools print nothing, and every worker has two of these.
    private const int BufferSize = 4 * 1024;
    private const int MaxLineLength = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly StringBuilder _line = new();
    private volatile bool _isWaiting = true;

    public Stream Stream => stream;

    /// <summary>Whether it has handed on all that it has read, and waits for more or has come to an end.</summary>
    public bool IsWaiting => _isWaiting;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var bytes = new byte[BufferSize];
        var chars = new char[BufferSize + 1];
        var decoder = Encoding.UTF8.GetDecoder();
        try
        {
            while (await stream.ReadAsync(bytes, cancellationToken) is var read and > 0)
            {
                _isWaiting = false;
                Split(chars.AsSpan(0, decoder.GetChars(bytes, 0, read, chars, 0)));
                await room(cancellationToken);
                _isWaiting = true;
            }

            EndLine();
        }
        finally
        {
            _isWaiting = true;
        }
    }

    /// <summary>Hands on what was printed of a line that has not ended, as if it had.</summary>
    public void EndLine()
    {
        lock (_lock)
        {
            if (_line.Length > 0)
            {
                onLine(_line.ToString());
                _line.Clear();
            }
        }
    }

    private void Split(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            for (int end; (end = text.IndexOf('\n')) >= 0; text = text[(end + 1)..])
            {
                onLine(_line.Append(text[..end]).ToString().TrimEnd('\r'));
                _line.Clear();
            }

            _line.Append(text);
            if (_line.Length >= MaxLineLength)
            {
                EndLine();
            }
        }
    }
}
