using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Streaming;
using ToolRuntime.Executor.Telemetry;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Executor.Workers.Pool;
using Tool = ToolRuntime.Executor.Tools.Tool;

namespace ToolRuntime.Executor.Execution;

/// <summary>Runs one call in a worker.</summary>
internal sealed class CallRunner(
    WorkerPool pool,
    WorkerTools workerTools,
    RuntimeMetrics runtimeMetrics,
    ToolRuntimeMetrics metrics,
    ToolTracing tracing,
    ILoggerFactory loggerFactory)
{
    // What tools print is told apart from what the executor says by its category.
    private readonly ILogger _outputLogger = loggerFactory.CreateLogger("ToolRuntime.Tool");

    /// <param name="events">Takes the call's events; null where nobody follows them.</param>
    /// <exception cref="OperationCanceledException">The call was over before the tool answered.</exception>
    public async Task<WorkerReply> RunAsync(Tool tool, ToolCall call, CallDeadline deadline, EventBuffer? events)
    {
        if (!tool.CanRun)
        {
            return new ToolFailed(ErrorKind.Start, FaultTypes.ToolNotLoaded, tool.LoadError);
        }

        var output = new ToolOutput(call.ToolId, call.ExecutionId, tool.Settings.MaxPrintedBytes, _outputLogger, runtimeMetrics, events);
        TakenWorker taken;
        try
        {
            using var span = tracing.StartWait();
            taken = await pool.TakeAsync(workerTools.Of(tool), tool.Settings.Isolation, deadline.Token);
        }
        catch (ProcessStartException exception)
        {
            return new ToolFailed(ErrorKind.Start, FaultTypes.BunNotStarted, exception.Message);
        }

        WorkerReply? reply = null;
        try
        {
            return reply = taken.NotLoaded ?? await CallAsync(taken.Worker, call, tool.Settings.MaxResultBytes, output, deadline, events);
        }
        finally
        {
            if (taken.Worker.Calls <= 1)
            {
                _ = RecordCpuAsync(taken.Worker, call.ToolId);
            }

            pool.Return(taken, reply);
        }
    }

    private async Task<WorkerReply> CallAsync(
        Worker worker, ToolCall call, int maxResultBytes, ToolOutput output, CallDeadline deadline, EventBuffer? events)
    {
        using var span = tracing.StartRun();
        using var spans = new ToolSpans(tracing);
        var request = new WorkerRequest(
            call.ToolId, call.ExecutionId, call.Input, call.Config, call.Environment, deadline.At, maxResultBytes);
        events?.Started();
        return await worker.CallAsync(request, new CallObserver(output, spans, events), deadline.Token);
    }

    private async Task RecordCpuAsync(Worker worker, string toolId) => metrics.RecordCpu(toolId, (await worker.Exited).CpuTime);
}
