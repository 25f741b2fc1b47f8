using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
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
    /// <param name="wrapped">Whether the tool's input is one of the arguments, and not all of them.</param>
    public static CallToolResult Of(RpcException exception, bool wrapped)
    {
        var details = exception.GetRpcStatus();
        var violations = details?.GetDetail<BadRequest>()?.FieldViolations ?? [];
        if (violations.Any(violation => violation.Description != exception.Status.Detail))
        {
            var fields = violations.Select(violation => $"- {ArgumentOf(violation.Field, wrapped)}: {violation.Description}");
            return Failure($"The arguments do not match the tool's input schema:\n{string.Join('\n', fields)}");
        }

        var retry = details?.GetDetail<RetryInfo>()?.RetryDelay is { } delay
            ? string.Create(CultureInfo.InvariantCulture, $" Try again in {Math.Ceiling(delay.ToTimeSpan().TotalSeconds)} s.")
            : "";
        return Failure(exception.Status.Detail + retry);
    }

    // The contract's path of a field begins with `input`, which its callers over MCP know only where it is an argument.
    private static string ArgumentOf(string field, bool wrapped)
    {
        const string Prefix = $"{ObjectSchema.Input}.";
        return wrapped || !field.StartsWith(Prefix, StringComparison.Ordinal) ? field : field[Prefix.Length..];
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
