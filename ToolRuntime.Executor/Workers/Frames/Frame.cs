namespace ToolRuntime.Executor.Workers.Frames;

/// <summary>A message between the executor and a worker. The payload is the receiver's to keep.</summary>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Payload);
