using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using ModelContextProtocol.Protocol;
using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>
/// How a call ended, as MCP tells it. What failed is a result too, with a text that a model can read and act upon.
/// </summary>
internal static class McpCallResult
{
    private const string ExecutionId = "toolruntime/executionId";
    private const string Executor = "toolruntime/executor";

    public static CallToolResult Of(ExecuteToolResponse response)
    {
        var result = response.Error is { } error ? Failure($"{error.Type}: {error.Message}") : Success(response.Result);
        result.Meta = new JsonObject { [ExecutionId] = response.ExecutionId, [Executor] = response.Executor };
        return result;
    }

    /// <summary>A call that did not reach its tool.</summary>
    public static CallToolResult Of(RpcException exception)
    {
        var text = new StringBuilder(exception.Status.Detail);
        var details = exception.GetRpcStatus();
        foreach (var violation in details?.GetDetail<Google.Rpc.BadRequest>()?.FieldViolations ?? [])
        {
            if (violation.Description != exception.Status.Detail)
            {
                text.Append('\n').Append("- ").Append(violation.Field).Append(": ").Append(violation.Description);
            }
        }

        if (details?.GetDetail<Google.Rpc.RetryInfo>()?.RetryDelay is { } delay)
        {
            text.Append(CultureInfo.InvariantCulture, $" Try again in {Math.Ceiling(delay.ToTimeSpan().TotalSeconds)} s.");
        }

        return Failure(text.ToString());
    }

    private static CallToolResult Success(ByteString json)
    {
        var value = JsonElement.Parse(json.Span);
        return new CallToolResult
        {
            Content = [new TextContentBlock { Text = value.ValueKind == JsonValueKind.String ? value.GetString()! : json.ToStringUtf8() }],
            StructuredContent = value.ValueKind == JsonValueKind.Object ? value : null,
        };
    }

    private static CallToolResult Failure(string text) => new() { IsError = true, Content = [new TextContentBlock { Text = text }] };
}
