using System.Diagnostics;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Processes;

namespace ToolRuntime.Executor.Telemetry;

/// <summary>One call's span. Its attributes answer what an operator asks first: how it ended, where, and how its process did.</summary>
internal readonly struct ToolSpan(Activity? activity) : IDisposable
{
    public void Succeed(int outputBytes) =>
        activity?
            .SetTag("tool.outcome", Outcome.Success.Label())
            .SetTag("tool.output.bytes", outputBytes);

    public void Fail(Outcome outcome, ErrorKind kind, string errorType, string message, ProcessExit? exit)
    {
        activity?
            .SetTag("tool.outcome", outcome.Label())
            .SetTag("tool.error.kind", kind.Label())
            .SetTag("error.type", errorType)
            .SetStatus(ActivityStatusCode.Error, message);
        if (exit is { WasSignaled: true } signaled)
        {
            activity?.SetTag("process.exit.signal", signaled.Signal);
        }
        else if (exit is { } exited)
        {
            activity?.SetTag("process.exit.code", exited.Code);
        }
    }

    public void Cancel() => activity?.SetTag("error.type", "cancelled").SetStatus(ActivityStatusCode.Error, "The caller went away.");

    public void Refuse(string errorType, string message) =>
        activity?.SetTag("error.type", errorType).SetStatus(ActivityStatusCode.Error, message);

    public void Dispose() => activity?.Dispose();
}
