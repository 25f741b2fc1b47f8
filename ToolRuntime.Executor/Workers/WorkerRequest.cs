using System.Text.Json;
using ToolRuntime.Executor.Workers.Frames;

namespace ToolRuntime.Executor.Workers;

/// <summary>A call as a worker gets it. Input and config are valid JSON.</summary>
internal sealed record WorkerRequest(
    string ToolId,
    string ExecutionId,
    ReadOnlyMemory<byte> Input,
    ReadOnlyMemory<byte> Config,
    IReadOnlyDictionary<string, string> Environment,
    DateTimeOffset Deadline,
    int MaxResultBytes)
{
    // What a request has beside its input and config, mostly.
    private const int Envelope = 512;

    public FrameWriter ToFrame()
    {
        var frame = new FrameWriter(FrameKind.Request, Input.Length + Config.Length + Envelope);
        using var json = new Utf8JsonWriter(frame.Payload);
        json.WriteStartObject();
        json.WriteString("toolId", ToolId);
        json.WriteString("executionId", ExecutionId);
        json.WriteNumber("deadline", Deadline.ToUnixTimeMilliseconds());
        json.WriteNumber("maxResultBytes", MaxResultBytes);
        json.WriteStartObject("environment");
        foreach (var (name, value) in Environment)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WritePropertyName("config");
        json.WriteRawValue(Config.Span, skipInputValidation: true);
        json.WritePropertyName("input");
        json.WriteRawValue(Input.Span, skipInputValidation: true);
        json.WriteEndObject();
        return frame;
    }
}
