using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Client;

/// <summary>The call reached its tool, which threw, ended otherwise, or came to its deadline.</summary>
public sealed class ToolExecutionException : ToolRuntimeException
{
    internal ToolExecutionException(ExecuteToolResponse response)
        : base($"{response.Error.Type}: {response.Error.Message}", null, response.ToolId, response.ExecutionId)
    {
        Outcome = response.Outcome;
        ErrorKind = response.Error.Kind;
        ErrorType = response.Error.Type;
        ErrorMessage = response.Error.Message;
        ToolStack = response.Error.Stack;
        Process = response.Process;
        Executor = response.Executor;
        Duration = response.Duration.ToTimeSpan();
    }

    /// <summary><see cref="Outcome.Error"/> or <see cref="Outcome.Timeout"/>.</summary>
    public Outcome Outcome { get; }

    /// <summary>Where the run failed.</summary>
    public ErrorKind ErrorKind { get; }

    /// <summary>The exception's class as the tool threw it, or the runtime's own, as <c>DeadlineExceeded</c> or <c>ProcessExited</c>.</summary>
    public string ErrorType { get; }

    public string ErrorMessage { get; }

    /// <summary>JavaScript's stack; empty where there is none.</summary>
    public string ToolStack { get; }

    /// <summary>How the tool's process ended; null where it had answered before.</summary>
    public ProcessEnd? Process { get; }

    /// <summary>The executor that ran it.</summary>
    public string Executor { get; }

    /// <summary>From arrival at the executor to the answer.</summary>
    public TimeSpan Duration { get; }
}
