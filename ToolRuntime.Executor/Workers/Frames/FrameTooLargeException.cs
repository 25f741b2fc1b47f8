namespace ToolRuntime.Executor.Workers.Frames;

/// <summary>A worker announced a frame that is longer than it may be.</summary>
internal sealed class FrameTooLargeException(long length, int limit)
    : Exception($"The worker sent a frame of {length} bytes; the limit is {limit}.");
