using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Telemetry;
using ToolRuntime.Executor.Tools;
using ToolRuntime.Executor.Workers;
using Tool = ToolRuntime.Executor.Tools.Tool;

namespace ToolRuntime.Executor.Execution;

/// <summary>Runs one call of a tool from start to finish, and records it.</summary>
internal sealed class ToolExecutor(
    ToolCatalog catalog,
    WorkerSupervisor workers,
    CallDrain drain,
    RuntimeMetrics metrics,
    ToolTracing tracing,
    ILoggerFactory loggerFactory,
    IOptions<ExecutorOptions> options,
    TimeProvider time)
{
    // What tools print is told apart from what the executor says by its category.
    private readonly ILogger _outputLogger = loggerFactory.CreateLogger("ToolRuntime.Tool");

    /// <param name="callerGone">Cancelled when the caller went away, or its own deadline passed.</param>
    /// <returns>How the call ended, whatever the tool did.</returns>
    /// <exception cref="CallException">The call did not reach a tool.</exception>
    /// <exception cref="OperationCanceledException">The caller went away before the deadline.</exception>
    public async Task<ToolExecution> ExecuteAsync(ToolCall call, CancellationToken callerGone)
    {
        var arrival = time.GetTimestamp();
        using var running = drain.Enter();
        if (catalog.Find(call.ToolId) is not { } tool)
        {
            metrics.RecordError(RuntimeMetrics.UnknownTool, ErrorKind.Start);
            throw new ToolNotFoundException(call.ToolId);
        }

        using var span = tracing.StartExecution(call.ToolId, call.ExecutionId);
        using var deadline = new CallDeadline(TimeoutOf(call), time, callerGone, drain.Over);
        try
        {
            var (outcome, reply) = await RunAsync(tool, call, deadline, callerGone);
            var execution = new ToolExecution(call, outcome, reply, time.GetElapsedTime(arrival));
            Record(execution, span);
            return execution;
        }
        catch (OperationCanceledException)
        {
            span.Cancel();
            throw;
        }
    }

    private async Task<(Outcome Outcome, WorkerReply Reply)> RunAsync(
        Tool tool, ToolCall call, CallDeadline deadline, CancellationToken callerGone)
    {
        try
        {
            var reply = await RunInWorkerAsync(tool, call, deadline);
            return (reply is ToolReturned ? Outcome.Success : Outcome.Error, reply);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            var message = $"The deadline passed: the tool did not answer within {TimeoutOf(call).TotalSeconds:0.###} s.";
            return (Outcome.Timeout, new ToolFailed(ErrorKind.Timeout, FaultTypes.DeadlineExceeded, message));
        }
        catch (OperationCanceledException) when (!callerGone.IsCancellationRequested)
        {
            throw new ExecutorStoppingException();
        }
    }

    private async Task<WorkerReply> RunInWorkerAsync(Tool tool, ToolCall call, CallDeadline deadline)
    {
        if (tool.Module is null)
        {
            return new ToolFailed(ErrorKind.Start, FaultTypes.ToolNotLoaded, tool.LoadError);
        }

        var output = new ToolOutput(call.ToolId, call.ExecutionId, options.Value.MaxPrintedBytes, _outputLogger, metrics);
        Worker? worker = null;
        var answered = false;
        try
        {
            ToolFailed? notLoaded;
            using (tracing.StartWait())
            {
                worker = await workers.StartAsync(tool.Module, tool.Key, output);
                notLoaded = await worker.LoadAsync(deadline.Token);
            }

            var reply = notLoaded ?? await CallAsync(worker, call, deadline);
            answered = true;
            return reply;
        }
        catch (ProcessStartException exception)
        {
            return new ToolFailed(ErrorKind.Start, FaultTypes.BunNotStarted, exception.Message);
        }
        finally
        {
            if (worker is not null)
            {
                workers.Retire(worker, atOnce: !answered);
            }
        }
    }

    private async Task<WorkerReply> CallAsync(Worker worker, ToolCall call, CallDeadline deadline)
    {
        using var span = tracing.StartRun();
        return await worker.CallAsync(RequestOf(call, deadline), deadline.Token);
    }

    private WorkerRequest RequestOf(ToolCall call, CallDeadline deadline) =>
        new(call.ToolId, call.ExecutionId, call.Input, call.Config, call.Environment, deadline.At, options.Value.MaxResultBytes);

    private TimeSpan TimeoutOf(ToolCall call) =>
        call.Timeout is { } timeout && timeout < options.Value.Timeout ? timeout : options.Value.Timeout;

    private void Record(ToolExecution execution, ToolSpan span)
    {
        var toolId = execution.Call.ToolId;
        metrics.RecordExecution(toolId, execution.Duration, execution.Outcome);
        switch (execution.Reply)
        {
            case ToolReturned returned:
                metrics.RecordOutputSize(toolId, returned.Json.Length);
                span.Succeed(returned.Json.Length);
                break;
            case ToolFailed failed:
                metrics.RecordError(toolId, failed.Kind);
                span.Fail(execution.Outcome, failed.Kind, failed.Type, failed.Message, failed.Process);
                if (execution.Outcome == Outcome.Timeout)
                {
                    metrics.RecordTimeout(toolId);
                }

                break;
        }
    }
}
