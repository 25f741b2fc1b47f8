using System.Text.Json;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Gateway.Rest;

/// <summary>A call's answer, and its events, as JSON objects. The tool's result goes through as the bytes it is.</summary>
internal static class ExecutionJson
{
    public static void Write(Utf8JsonWriter json, ExecuteToolResponse response)
    {
        json.WriteStartObject();
        json.WriteString("executionId", response.ExecutionId);
        json.WriteString("toolId", response.ToolId);
        json.WriteString("outcome", NameOf(response.Outcome));
        if (response.Error is { } error)
        {
            Write(json, error);
        }
        else
        {
            json.WritePropertyName("result");
            json.WriteRawValue(response.Result.Span, skipInputValidation: true);
        }

        if (response.Process is { } process)
        {
            Write(json, process);
        }

        json.WriteNumber("durationMs", response.Duration.ToTimeSpan().TotalMilliseconds);
        json.WriteNumber("outputBytes", response.OutputBytes);
        json.WriteString("executor", response.Executor);
        json.WriteEndObject();
    }

    /// <summary>Writes what an event tells beside its name; the last is the answer as it is without events.</summary>
    public static void Write(Utf8JsonWriter json, ExecutionEvent happened)
    {
        if (happened.Result is { } result)
        {
            Write(json, result);
            return;
        }

        json.WriteStartObject();
        json.WriteString("time", happened.Time.ToDateTimeOffset());
        switch (happened.EventCase)
        {
            case ExecutionEvent.EventOneofCase.Queued:
                json.WriteString("executionId", happened.Queued.ExecutionId);
                json.WriteString("executor", happened.Queued.Executor);
                break;
            case ExecutionEvent.EventOneofCase.Log:
                json.WriteString("severity", NameOf(happened.Log.Severity));
                json.WriteString("stream", happened.Log.Stream);
                json.WriteString("message", happened.Log.Message);
                break;
            case ExecutionEvent.EventOneofCase.Progress:
                json.WriteNumber("fraction", happened.Progress.Fraction);
                json.WriteString("message", happened.Progress.Message);
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>The contract's names as the metrics' label values have them.</summary>
    public static string NameOf<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static void Write(Utf8JsonWriter json, ToolError error)
    {
        json.WriteStartObject("error");
        json.WriteString("kind", NameOf(error.Kind));
        json.WriteString("type", error.Type);
        json.WriteString("message", error.Message);
        json.WriteString("stack", error.Stack);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ProcessEnd process)
    {
        json.WriteStartObject("process");
        if (process.EndCase == ProcessEnd.EndOneofCase.Signal)
        {
            json.WriteString("signal", process.Signal);
        }
        else
        {
            json.WriteNumber("exitCode", process.ExitCode);
        }

        json.WriteEndObject();
    }
}
