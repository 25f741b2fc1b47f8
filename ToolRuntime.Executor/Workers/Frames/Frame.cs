namespace ToolRuntime.Executor.Workers.Frames;

/// <summary>A message between the executor and a worker. The payload is the receiver's to keep.</summary>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Payload)
{
    /// <summary>From which length on, in bytes, a frame does not fit into a pipe as the system makes it.</summary>
    public const int LargeLength = 64 * 1024;
}
