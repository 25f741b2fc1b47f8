using System.Text.Json;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Tools;
using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Execution;

/// <summary>Checks a request, field by field, and makes a call of it.</summary>
internal sealed class CallParser(IOptions<ExecutorOptions> options)
{
    private const int MaxExecutionIdLength = 128;

    private static readonly byte[] Null = "null"u8.ToArray();

    /// <exception cref="InvalidCallException">A field is not as it must be.</exception>
    public ToolCall Parse(ExecuteToolRequest request)
    {
        if (!ToolId.IsValid(request.ToolId))
        {
            throw new InvalidCallException("tool_id", ToolId.Rule);
        }

        return new ToolCall(
            request.ToolId,
            ExecutionIdOf(request),
            Json("input", request.Input),
            Json("config", request.Config),
            EnvironmentRules.Check(request.Environment),
            TimeoutOf(request));
    }

    private static string ExecutionIdOf(ExecuteToolRequest request)
    {
        var id = request.ExecutionId;
        if (id.Length == 0)
        {
            return Guid.CreateVersion7().ToString();
        }

        return id.Length <= MaxExecutionIdLength && id.All(c => c is > ' ' and <= '~')
            ? id
            : throw new InvalidCallException(
                "execution_id", $"An execution id has at most {MaxExecutionIdLength} printable ASCII characters, and no space.");
    }

    private static TimeSpan? TimeoutOf(ExecuteToolRequest request)
    {
        if (request.Timeout is null)
        {
            return null;
        }

        TimeSpan timeout;
        try
        {
            timeout = request.Timeout.ToTimeSpan();
        }
        catch (Exception exception) when (exception is InvalidOperationException or OverflowException)
        {
            throw new InvalidCallException("timeout", $"The time-out is no valid duration: {exception.Message}");
        }

        return timeout > TimeSpan.Zero ? timeout : throw new InvalidCallException("timeout", "A time-out is greater than zero.");
    }

    private ReadOnlyMemory<byte> Json(string field, ByteString json)
    {
        if (json.IsEmpty)
        {
            return Null;
        }

        var limit = options.Value.MaxInputBytes;
        if (json.Length > limit)
        {
            throw new InvalidCallException(field, $"The {field} has {json.Length} bytes; the limit is {limit}.");
        }

        try
        {
            JsonText.Check(json.Span);
            return json.Memory;
        }
        catch (JsonException exception)
        {
            throw new InvalidCallException(field, $"The {field} is no JSON: {exception.Message}");
        }
    }
}
