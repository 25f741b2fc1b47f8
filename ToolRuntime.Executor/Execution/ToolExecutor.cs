using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Execution.Admission;
using ToolRuntime.Executor.Processes.Sandbox;
using ToolRuntime.Executor.Streaming;
using ToolRuntime.Executor.Telemetry;
using ToolRuntime.Executor.Tools;
using ToolRuntime.Executor.Workers;
using Tool = ToolRuntime.Executor.Tools.Tool;

namespace ToolRuntime.Executor.Execution;

/// <summary>Takes one call of a tool from its arrival to its answer, and records it.</summary>
internal sealed class ToolExecutor(
    ToolCatalog catalog,
    AdmissionQueue admission,
    CallRunner runner,
    CallDrain drain,
    RuntimeMetrics runtimeMetrics,
    ToolRuntimeMetrics metrics,
    ToolTracing tracing,
    SandboxInForce sandbox,
    IOptions<ExecutorOptions> options,
    TimeProvider time)
{
    private readonly string _sandbox = sandbox.ToString();

    /// <param name="callerGone">Cancelled when the caller went away.</param>
    /// <param name="events">Takes the call's events but for the last, which is what this returns; null where nobody follows them.</param>
    /// <returns>How the call ended, whatever the tool did.</returns>
    /// <exception cref="CallException">The call did not reach a tool.</exception>
    /// <exception cref="OperationCanceledException">The caller went away before the deadline.</exception>
    public async Task<ToolExecution> ExecuteAsync(ToolCall call, CancellationToken callerGone, EventBuffer? events = null)
    {
        var arrival = time.GetTimestamp();
        using var running = drain.Enter();
        if (catalog.Find(call.ToolId) is not { } tool)
        {
            runtimeMetrics.RecordError(RuntimeMetrics.UnknownTool, ErrorKind.Start);
            throw new ToolNotFoundException(call.ToolId);
        }

        CheckSize(tool, "input", call.Input);
        CheckSize(tool, "config", call.Config);

        using var span = tracing.StartExecution(call.ToolId, call.ExecutionId, _sandbox);
        using var deadline = new CallDeadline(TimeoutOf(tool, call), time, callerGone, drain.Over);
        try
        {
            var (outcome, reply) = await RunAsync(tool, call, deadline, events, callerGone);
            var execution = new ToolExecution(call, outcome, reply, time.GetElapsedTime(arrival));
            Record(execution, span);
            return execution;
        }
        catch (OperationCanceledException)
        {
            metrics.RecordCancellation(call.ToolId);
            span.Cancel();
            throw;
        }
        catch (CallRefusedException exception)
        {
            span.Refuse("refused", exception.Message);
            throw;
        }
        catch (InvalidCallException exception)
        {
            span.Refuse("invalid_argument", exception.Message);
            throw;
        }
    }

    private async Task<(Outcome Outcome, WorkerReply Reply)> RunAsync(
        Tool tool, ToolCall call, CallDeadline deadline, EventBuffer? events, CancellationToken callerGone)
    {
        try
        {
            var entering = admission.EnterAsync(call.ToolId, tool.Settings?.MaxConcurrency ?? options.Value.MaxConcurrencyPerTool, deadline.Token);
            if (!entering.IsFaulted)
            {
                events?.Queued(call.ExecutionId, options.Value.Name);
            }

            using var turn = await entering;
            using var active = Activate(call.ToolId);
            return await runner.RunAsync(tool, call, deadline, events) switch
            {
                InputRefused refused => throw new InvalidCallException(refused.Violations),
                ToolReturned returned => (Outcome.Success, returned),
                var failed => (Outcome.Error, failed),
            };
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            var message = $"The deadline passed: the tool did not answer within {TimeoutOf(tool, call).TotalSeconds:0.###} s.";
            return (Outcome.Timeout, new ToolFailed(ErrorKind.Timeout, FaultTypes.DeadlineExceeded, message));
        }
        catch (OperationCanceledException) when (!callerGone.IsCancellationRequested)
        {
            throw new ExecutorStoppingException(mayHaveStarted: true);
        }
    }

    // The executor's own limit was checked before the tool was known.
    private static void CheckSize(Tool tool, string field, ReadOnlyMemory<byte> json)
    {
        if (tool.Settings is { } settings && json.Length > settings.MaxInputBytes)
        {
            throw new InvalidCallException(field, $"The {field} has {json.Length} bytes; the limit is {settings.MaxInputBytes}.");
        }
    }

    private ActiveExecution Activate(string toolId)
    {
        metrics.ExecutionStarted(toolId);
        return new ActiveExecution(metrics, toolId);
    }

    private TimeSpan TimeoutOf(Tool tool, ToolCall call)
    {
        var most = tool.Settings?.Timeout ?? options.Value.Timeout;
        return call.Timeout is { } timeout && timeout < most ? timeout : most;
    }

    private void Record(ToolExecution execution, ToolSpan span)
    {
        var toolId = execution.Call.ToolId;
        runtimeMetrics.RecordExecution(toolId, execution.Duration, execution.Outcome);
        switch (execution.Reply)
        {
            case ToolReturned returned:
                runtimeMetrics.RecordOutputSize(toolId, returned.Json.Length);
                metrics.RecordToolDuration(toolId, execution.Duration, errorType: null);
                span.Succeed(returned.Json.Length);
                break;
            case ToolFailed failed:
                runtimeMetrics.RecordError(toolId, failed.Kind);
                metrics.RecordToolDuration(toolId, execution.Duration, failed.Type);
                span.Fail(execution.Outcome, failed.Kind, failed.Type, failed.Message, failed.Process);
                if (execution.Outcome == Outcome.Timeout)
                {
                    runtimeMetrics.RecordTimeout(toolId);
                }

                break;
        }
    }

    private readonly struct ActiveExecution(ToolRuntimeMetrics metrics, string toolId) : IDisposable
    {
        public void Dispose() => metrics.ExecutionEnded(toolId);
    }
}
