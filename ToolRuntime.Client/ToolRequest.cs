using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Client;

/// <summary>A call as the contract has it.</summary>
internal static class ToolRequest
{
    public static ExecuteToolRequest Of<T>(string toolId, T input, JsonTypeInfo<T> inputType, ToolCallOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(toolId);
        ArgumentNullException.ThrowIfNull(inputType);
        var request = new ExecuteToolRequest
        {
            ToolId = toolId,
            Input = UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(input, inputType)),
            ExecutionId = options?.ExecutionId ?? "",
            Timeout = options?.Timeout is { } timeout ? Duration.FromTimeSpan(timeout) : null,
        };
        if (options?.Config is { } config)
        {
            request.Config = ByteString.CopyFromUtf8(config.GetRawText());
        }

        foreach (var (name, value) in options?.Environment ?? new Dictionary<string, string>())
        {
            request.Environment[name] = value;
        }

        return request;
    }
}
