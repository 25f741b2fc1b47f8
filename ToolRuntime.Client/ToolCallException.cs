using Google.Rpc;
using Grpc.Core;

namespace ToolRuntime.Client;

/// <summary>The call was refused, or its answer was lost.</summary>
public sealed class ToolCallException : ToolRuntimeException
{
    internal ToolCallException(RpcException exception, string toolId, string executionId)
        : base(exception.Status.Detail, exception, toolId, executionId)
    {
        StatusCode = exception.StatusCode;
        NotStarted = CallStart.IsRuledOutBy(exception);
        var details = exception.GetRpcStatus();
        RetryDelay = details?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan();
        Violations = [.. (details?.GetDetail<BadRequest>()?.FieldViolations ?? []).Select(violation => new FieldViolation(violation.Field, violation.Description))];
    }

    public StatusCode StatusCode { get; }

    /// <summary>Whether the tool has certainly not run. With <see cref="StatusCode.Unavailable"/> it may have where this is false.</summary>
    public bool NotStarted { get; }

    /// <summary>When the gateway asks to be called again; null where it does not.</summary>
    public TimeSpan? RetryDelay { get; }

    /// <summary>What is wrong with the call, with <see cref="StatusCode.InvalidArgument"/>; otherwise empty.</summary>
    public IReadOnlyList<FieldViolation> Violations { get; }
}

/// <param name="Field">As <c>tool_id</c>, <c>timeout</c>, or a path into the input, as <c>input.parts[0].text</c>.</param>
public sealed record FieldViolation(string Field, string Description);
