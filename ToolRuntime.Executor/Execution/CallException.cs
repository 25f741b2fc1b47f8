namespace ToolRuntime.Executor.Execution;

/// <summary>A call that did not reach a tool.</summary>
internal abstract class CallException(string message) : Exception(message);

/// <summary>The call is not as it must be.</summary>
internal sealed class InvalidCallException(string field, string message) : CallException(message)
{
    /// <summary>The request's field, by its name in the contract.</summary>
    public string Field { get; } = field;
}

/// <summary>No tool has the id.</summary>
internal sealed class ToolNotFoundException(string toolId) : CallException($"There is no tool '{toolId}'.");

/// <summary>The executor is stopping.</summary>
internal sealed class ExecutorStoppingException() : CallException("The executor is stopping.");

/// <summary>Too much else runs and waits.</summary>
internal sealed class CallRefusedException(string message) : CallException(message)
{
    /// <summary>When another try is worth its while.</summary>
    public TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(1);
}
