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
    private readonly ConcurrentDictionary<Worker, Task> _retiring = new();
    private readonly ConcurrentDictionary<Worker, byte> _working = new();

    /// <summary>Starts a worker that loads the module's tool of that key.</summary>
    /// <exception cref="ProcessStartException">Bun could not be started.</exception>
    public async Task<Worker> StartAsync(WorkerModule module, string key, ToolOutput output)
    {
        var process = await StartProcessAsync(module, module.IsEntrypoint ? "entrypoint" : "tool", key);
        _ = RecordExitAsync(process);
        return Track(new Worker(process, output, options.Value.MaxResultBytes, time));
    }

    /// <summary>Starts a worker that describes the module and serves no call; its end is no end of a tool's run.</summary>
    /// <exception cref="ProcessStartException">Bun could not be started.</exception>
    public async Task<Worker> StartDescribingAsync(WorkerModule module)
    {
        var process = await StartProcessAsync(module, module.IsEntrypoint ? "describe-entrypoint" : "describe-tool", key: "");
        return Track(new Worker(process, output: null, options.Value.MaxResultBytes, time));
    }

    /// <summary>Ends a worker in the background.</summary>
    /// <param name="atOnce">Whether it is in the middle of something, and will not end by itself.</param>
    public void Retire(Worker worker, bool atOnce)
    {
        var retirement = RetireAsync(worker, atOnce);
        _retiring[worker] = retirement;
        _working.TryRemove(worker, out _);
        if (retirement.IsCompleted)
        {
            _retiring.TryRemove(worker, out _);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends every worker. Calls have had their time by now.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var worker in _working.Keys.Concat(_retiring.Keys))
        {
            worker.Kill();
        }

        await Task.WhenAll(_working.Keys.Select(worker => worker.Exited)).WaitAsync(cancellationToken);
        await Task.WhenAll(_retiring.Values).WaitAsync(cancellationToken);
    }

    private Task<IChildProcess> StartProcessAsync(WorkerModule module, string mode, string key) =>
        launcher.StartAsync(new ProcessSpec(
            bun.Path,
            [.. WorkerCommand.Flags, WorkerCommand.Script, mode, module.BundlePath, key],
            WorkerCommand.Environment,
            module.WorkingDirectory));

    private Worker Track(Worker worker)
    {
        _working[worker] = 0;
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
            _retiring.TryRemove(worker, out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A worker could not be ended in order.")]
        public static partial void RetirementFailed(ILogger logger, Exception exception);
    }
}
