using System.Text;

namespace ToolRuntime.Executor.Workers;

/// <summary>Reads a stream to its end and hands on its lines; a very long line comes in pieces.</summary>
internal static class LinePump
{
    // Most tools print nothing, and every worker has two of these.
    private const int BufferSize = 4 * 1024;
    private const int MaxLineLength = 16 * 1024;

    /// <param name="room">Waits until there is room for more lines.</param>
    public static async Task RunAsync(
        Stream stream, Action<string> onLine, Func<CancellationToken, ValueTask> room, CancellationToken cancellationToken)
    {
        var bytes = new byte[BufferSize];
        var chars = new char[BufferSize + 1];
        var decoder = Encoding.UTF8.GetDecoder();
        var line = new StringBuilder();
        while (await stream.ReadAsync(bytes, cancellationToken) is var read and > 0)
        {
            Split(chars.AsSpan(0, decoder.GetChars(bytes, 0, read, chars, 0)), line, onLine);
            await room(cancellationToken);
        }

        if (line.Length > 0)
        {
            onLine(line.ToString());
        }
    }

    private static void Split(ReadOnlySpan<char> text, StringBuilder line, Action<string> onLine)
    {
        for (int end; (end = text.IndexOf('\n')) >= 0; text = text[(end + 1)..])
        {
            onLine(line.Append(text[..end]).ToString().TrimEnd('\r'));
            line.Clear();
        }

        line.Append(text);
        if (line.Length >= MaxLineLength)
        {
            onLine(line.ToString());
            line.Clear();
        }
    }
}
