namespace ToolRuntime.Client;

/// <summary>A call that did not come to a result.</summary>
public abstract class ToolRuntimeException : Exception
{
    private protected ToolRuntimeException(string message, Exception? innerException, string toolId, string executionId)
        : base(message, innerException) => (ToolId, ExecutionId) = (toolId, executionId);

    public string ToolId { get; }

    /// <summary>Empty where the call did not come so far, and the caller had not named it.</summary>
    public string ExecutionId { get; }
}
