using ToolRuntime.Executor.Workers;

namespace ToolRuntime.Executor.Execution;

/// <summary>A call that did not reach a tool.</summary>
internal abstract class CallException(string message) : Exception(message);

/// <summary>The call is not as it must be.</summary>
internal sealed class InvalidCallException : CallException
{
    public InvalidCallException(string field, string message)
        : base(message) => Violations = [new FieldViolation(field, message)];

    public InvalidCallException(IReadOnlyList<FieldViolation> violations)
        : base(MessageOf(violations)) => Violations = violations;

    /// <summary>The request's fields, by their names in the contract and within the JSON that they hold; at least one.</summary>
    public IReadOnlyList<FieldViolation> Violations { get; }

    private static string MessageOf(IReadOnlyList<FieldViolation> violations)
    {
        var more = violations.Count > 1 ? $" (and {violations.Count - 1} more)" : "";
        return $"The input does not match the tool's schema. {violations[0].Field}: {violations[0].Message}{more}";
    }
}

/// <summary>No tool has the id.</summary>
internal sealed class ToolNotFoundException(string toolId) : CallException($"There is no tool '{toolId}'.");

/// <summary>An execution of the id runs already.</summary>
internal sealed class DuplicateExecutionException() : CallException("An execution of that id runs already.");

/// <summary>No execution of the id runs.</summary>
internal sealed class ExecutionNotFoundException() : CallException("No execution of that id runs.");

/// <summary>The executor is stopping.</summary>
/// <param name="mayHaveStarted">Whether the tool may have begun to run; where it has certainly not, another executor can run the call.</param>
internal sealed class ExecutorStoppingException(bool mayHaveStarted) : CallException("The executor is stopping.")
{
    public bool MayHaveStarted { get; } = mayHaveStarted;
}

/// <summary>Too much else runs and waits.</summary>
internal sealed class CallRefusedException(string message) : CallException(message)
{
    /// <summary>When another try is worth its while.</summary>
    public TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(1);
}
