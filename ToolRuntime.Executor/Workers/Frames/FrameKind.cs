namespace ToolRuntime.Executor.Workers.Frames;

/// <summary>What a frame holds; the worker's side is <c>worker/frames.ts</c>.</summary>
internal enum FrameKind : byte
{
    /// <summary>To the worker, JSON: run a call.</summary>
    Request = 1,

    /// <summary>From the worker, empty: the module is loaded.</summary>
    Ready = 2,

    /// <summary>From the worker, JSON: something was printed.</summary>
    Log = 3,

    /// <summary>From the worker: the result's JSON itself.</summary>
    Result = 4,

    /// <summary>From the worker, JSON: the call, or the loading, failed.</summary>
    Error = 5,

    /// <summary>From the worker, JSON: what a module exports.</summary>
    Definition = 6,

    /// <summary>To the worker, JSON: load a tool.</summary>
    Load = 7,

    /// <summary>From the worker, JSON: how far a run is.</summary>
    Progress = 8,

    /// <summary>From the worker, JSON: a span of the tool's own began.</summary>
    SpanStart = 9,

    /// <summary>From the worker, JSON: a span of the tool's own ended.</summary>
    SpanEnd = 10,

    /// <summary>From the worker, JSON: the input is not as the tool's schema has it.</summary>
    InvalidInput = 11,
}
