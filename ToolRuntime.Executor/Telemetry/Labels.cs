using System.Diagnostics;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Executor.Telemetry;

/// <summary>The contract's enumerations as the metrics' label values.</summary>
internal static class Labels
{
    public static string Label(this Outcome outcome) => outcome switch
    {
        Outcome.Success => "success",
        Outcome.Error => "error",
        Outcome.Timeout => "timeout",
        _ => throw new UnreachableException($"{outcome} is no outcome of a run."),
    };

    public static string Label(this ErrorKind kind) => kind switch
    {
        ErrorKind.Start => "start",
        ErrorKind.Stdin => "stdin",
        ErrorKind.Stdout => "stdout",
        ErrorKind.Stderr => "stderr",
        ErrorKind.Wait => "wait",
        ErrorKind.Parse => "parse",
        ErrorKind.Timeout => "timeout",
        _ => throw new UnreachableException($"{kind} is no point of failure."),
    };
}
