namespace ToolRuntime.Executor.Telemetry;

/// <summary>Takes what a tool tells of itself while one call of it runs.</summary>
internal sealed record CallObserver(ToolOutput Output, ToolSpans Spans);
