using System.Collections.Concurrent;

namespace ToolRuntime.Executor.Execution;

/// <summary>The executions that run under an id by which they can be cancelled; no two have the same.</summary>
internal sealed class RunningExecutions
{
    private readonly ConcurrentDictionary<string, RunningExecution> _running = new(StringComparer.Ordinal);

    /// <summary>Begins an execution, which ends when the result is disposed.</summary>
    /// <exception cref="DuplicateExecutionException">One of the id runs.</exception>
    public RunningExecution Begin(string executionId, CancellationToken callerGone)
    {
        var execution = new RunningExecution(ended => _running.TryRemove(KeyValuePair.Create(executionId, ended)), callerGone);
        if (_running.TryAdd(executionId, execution))
        {
            return execution;
        }

        execution.Dispose();
        throw new DuplicateExecutionException();
    }

    /// <summary>Ends the execution of that id as if its caller had gone away, and waits for its end.</summary>
    /// <exception cref="ExecutionNotFoundException">None runs.</exception>
    public async Task CancelAsync(string executionId, CancellationToken cancellationToken)
    {
        if (!_running.TryGetValue(executionId, out var execution) || !execution.Cancel())
        {
            throw new ExecutionNotFoundException();
        }

        await execution.Ended.WaitAsync(cancellationToken);
    }
}
