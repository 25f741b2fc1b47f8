using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Telemetry;

namespace ToolRuntime.Executor.Workers;

/// <summary>Starts workers, sees each to its end, and lets the executor stop only when none is left.</summary>
internal sealed partial class WorkerSupervisor(
    IProcessLauncher launcher,
    BunExecutable bun,
    RuntimeMetrics metrics,
    IOptions<ExecutorOptions> options,
    TimeProvider time,
    ILogger<WorkerSupervisor> logger) : IHostedService
{
    // Each worker until its process has been reaped and what it held is free.
    private readonly ConcurrentDictionary<Worker, byte> _live = new();

    /// <summary>Starts a worker that waits for a tool to load.</summary>
    /// <exception cref="ProcessStartException">Bun could not be started.</exception>
    public async Task<Worker> StartAsync(string workingDirectory)
    {
        var process = await StartProcessAsync(workingDirectory);
        _ = RecordExitAsync(process);
        return Track(process);
    }

    /// <summary>Starts a worker that describes the module and serves no call; its end is no end of a tool's run.</summary>
    /// <exception cref="ProcessStartException">Bun could not be started.</exception>
    public async Task<Worker> StartDescribingAsync(WorkerModule module)
    {
        var mode = module.IsEntrypoint ? "describe-entrypoint" : "describe-tool";
        return Track(await StartProcessAsync(module.WorkingDirectory, mode, module.BundlePath));
    }

    /// <summary>Ends a worker in the background.</summary>
    /// <param name="atOnce">Whether it is in the middle of something, and will not end by itself.</param>
    public void Retire(Worker worker, bool atOnce) => _ = RetireAsync(worker, atOnce);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends every worker. Calls have had their time by now.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var live = _live.Keys.ToArray();
        foreach (var worker in live)
        {
            worker.Kill();
        }

        await Task.WhenAll(live.Select(worker => worker.Exited)).WaitAsync(cancellationToken);
    }

    private Task<IChildProcess> StartProcessAsync(string workingDirectory, params ReadOnlySpan<string> arguments) =>
        launcher.StartAsync(new ProcessSpec(
            bun.Path,
            [.. WorkerCommand.Flags, WorkerCommand.Script, .. arguments],
            WorkerCommand.Environment,
            workingDirectory));

    private Worker Track(IChildProcess process)
    {
        var worker = new Worker(process, options.Value.MaxResultBytes, time);
        _live[worker] = 0;
        return worker;
    }

    private async Task RecordExitAsync(IChildProcess process) => metrics.RecordProcessExit(await process.Exited);

    private async Task RetireAsync(Worker worker, bool atOnce)
    {
        try
        {
            await worker.RetireAsync(options.Value.KillGrace, atOnce);
        }
        catch (Exception exception)
        {
            Log.RetirementFailed(logger, exception);
        }
        finally
        {
            _live.TryRemove(worker, out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A worker could not be ended in order.")]
        public static partial void RetirementFailed(ILogger logger, Exception exception);
    }
}
