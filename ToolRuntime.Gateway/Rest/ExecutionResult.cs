using System.Net.Mime;
using System.Text.Json;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Gateway.Rest;

/// <summary>A call's answer as JSON. The tool's result goes through as the bytes it is.</summary>
internal sealed class ExecutionResult(ExecuteToolResponse response) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = MediaTypeNames.Application.Json;
        await using var json = new Utf8JsonWriter(httpContext.Response.BodyWriter);
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

    // The contract's names as the metrics' label values have them.
    private static string NameOf<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
