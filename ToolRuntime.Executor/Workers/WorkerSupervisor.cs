using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Processes.Sandbox;
using ToolRuntime.Executor.Telemetry;

namespace ToolRuntime.Executor.Workers;

/// <summary>Starts workers, sees each to its end, and lets the executor stop only when none is left.</summary>
internal sealed partial class WorkerSupervisor(
    IProcessLauncher launcher,
    WorkerProgram program,
    WorkerPlaces places,
    ScratchFolders scratch,
    SandboxInForce sandbox,
    RuntimeMetrics metrics,
    IOptions<ExecutorOptions> options,
    TimeProvider time,
    ILogger<WorkerSupervisor> logger) : IHostedService
{
    // Each worker, with its scratch folder, until its process has been reaped and what it held is free.
    private readonly ConcurrentDictionary<Worker, string> _live = new();

    /// <summary>Starts a worker that waits for a tool to load.</summary>
    /// <param name="profile">What it may; null for what all may.</param>
    /// <exception cref="ProcessStartException">Bun could not be started.</exception>
    public async Task<Worker> StartAsync(WorkerProfile? profile)
    {
        var (process, worker) = await StartProcessAsync(profile);
        _ = RecordExitAsync(process);
        return worker;
    }

    /// <summary>Starts a worker that describes the module and serves no call; its end is no end of a tool's run.</summary>
    /// <exception cref="ProcessStartException">Bun could not be started.</exception>
    public async Task<Worker> StartDescribingAsync(WorkerModule module)
    {
        var mode = module.IsEntrypoint ? "describe-entrypoint" : "describe-tool";
        var profile = sandbox.SetsToolsApart
            ? new WorkerProfile(DefaultLimits, module, Network: false, ChildProcesses: false, ReadablePaths: [], WritablePaths: [])
            : null;
        var (_, worker) = await StartProcessAsync(profile, mode, module.BundlePath);
        return worker;
    }

    /// <summary>Ends a worker in the background.</summary>
    /// <param name="atOnce">Whether it is in the middle of something, and will not end by itself.</param>
    public void Retire(Worker worker, bool atOnce) => _ = RetireAsync(worker, atOnce);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends every worker as any other that is not needed any more. Calls have had their time by now.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var live = _live.Keys.ToArray();
        var ended = Task.WhenAll(live.Select(worker => RetireAsync(worker, atOnce: false)));
        try
        {
            await ended.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            foreach (var worker in live)
            {
                worker.Kill();
            }

            throw;
        }
    }

    private async Task<(IChildProcess Process, Worker Worker)> StartProcessAsync(WorkerProfile? profile, params string[] arguments)
    {
        var limits = profile?.Limits ?? DefaultLimits;
        var folder = scratch.Make();
        try
        {
            var process = await launcher.StartAsync(new ProcessSpec(
                await program.PathAsync(),
                arguments,
                WorkerCommand.EnvironmentWith(folder),
                places.Tools,
                limits,
                RulesOf(profile, folder),
                arguments.Length == 0 && limits.AddressSpaceBytes == DefaultLimits.AddressSpaceBytes ? WorkerCommand.ForkArguments : null));
            var bounds = new ProcessBounds(limits, sandbox.HoldsPrograms && profile is not { ChildProcesses: true });
            var worker = new Worker(process, bounds, options.Value.MaxResultBytes, time);
            _live[worker] = folder;
            return (process, worker);
        }
        catch
        {
            scratch.Remove(folder);
            throw;
        }
    }

    private ProcessLimits DefaultLimits => new(options.Value.CpuTime, options.Value.AddressSpaceBytes, options.Value.OpenFiles);

    private SandboxRules RulesOf(WorkerProfile? profile, string folder) => new(
        [.. ToolsOf(profile), .. profile?.ReadablePaths ?? [], .. profile is { ChildProcesses: true } ? [program.Bun] : Array.Empty<string>()],
        [folder, .. profile?.WritablePaths ?? []],
        profile?.Network ?? false,
        profile?.ChildProcesses ?? false);

    private string[] ToolsOf(WorkerProfile? profile) => profile?.Apart is { } module
        ? [Path.GetDirectoryName(module.BundlePath)!, module.Folder]
        : [places.Bundles, places.Tools];

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
            if (_live.TryRemove(worker, out var folder))
            {
                scratch.Remove(folder);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A worker could not be ended in order.")]
        public static partial void RetirementFailed(ILogger logger, Exception exception);
    }
}
