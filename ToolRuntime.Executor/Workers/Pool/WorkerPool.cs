using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Processes.Sandbox;
using ToolRuntime.Executor.Telemetry;

namespace ToolRuntime.Executor.Workers.Pool;

/// <summary>
/// Workers that have started Bun, and mostly loaded their tool, before a call needs them. A call takes one; the pool fills
/// up behind it. Tools that are called often have waiting workers of their own; a few with no tool loaded serve any other.
/// With none waiting, a call starts its own.
/// </summary>
internal sealed partial class WorkerPool : BackgroundService
{
    // Demand fades and workers age without anybody calling.
    private static readonly TimeSpan Upkeep = TimeSpan.FromSeconds(1);

    // The call that took a worker goes first: starting the next one, and the end of the last, take a processor for longer
    // than most calls do.
    private static readonly TimeSpan Courtesy = TimeSpan.FromMilliseconds(2);

    private readonly WorkerSupervisor _supervisor;
    private readonly ToolRuntimeMetrics _metrics;
    private readonly PoolOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkerPool> _logger;
    private readonly PoolShelves _shelves;
    private readonly ReusedWorkers _reused;
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly ConcurrentQueue<Worker> _done = new();
    private long _starting;
    private long _busy;

    public WorkerPool(
        WorkerSupervisor supervisor,
        SandboxInForce sandbox,
        ToolRuntimeMetrics metrics,
        IOptions<PoolOptions> options,
        TimeProvider time,
        ILogger<WorkerPool> logger)
    {
        _supervisor = supervisor;
        _metrics = metrics;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _shelves = new PoolShelves(_options, hasUnassigned: !sandbox.SetsToolsApart, time);
        _reused = new ReusedWorkers(_options, time);
        metrics.ObserveWorkers(() => (_shelves.Coming + Volatile.Read(ref _starting), Waiting, Volatile.Read(ref _busy)));
    }

    /// <summary>How many workers wait for calls.</summary>
    public int Waiting => _shelves.Waiting + _reused.Waiting;

    /// <summary>Whether every worker that should wait does.</summary>
    public bool IsFull => _shelves.IsFull;

    /// <summary>Takes a worker that has loaded the tool, or tells why it did not load.</summary>
    /// <exception cref="ProcessStartException">Bun could not be started.</exception>
    public async Task<TakenWorker> TakeAsync(WorkerTool tool, Isolation isolation, CancellationToken cancellationToken)
    {
        if (isolation == Isolation.Reused && _reused.Take(tool) is { } reused)
        {
            Interlocked.Increment(ref _busy);
            return new TakenWorker(reused, tool, isolation, NotLoaded: null);
        }

        var start = _time.GetTimestamp();
        var waiting = await TakeWaitingAsync(tool, isolation, cancellationToken);
        var taken = waiting ?? await LoadAsync(await StartColdAsync(tool), tool, isolation, cancellationToken);
        _metrics.RecordWorkerStart(waiting is not null, _time.GetElapsedTime(start));
        Interlocked.Increment(ref _busy);
        return taken;
    }

    /// <summary>Gives a worker back after its call.</summary>
    /// <param name="reply">What it answered; null where it did not.</param>
    public void Return(TakenWorker taken, WorkerReply? reply)
    {
        Interlocked.Decrement(ref _busy);
        var keep = taken.Isolation == Isolation.Reused && reply is ToolReturned or InputRefused;
        if (!keep || !_reused.Put(taken.Tool, taken.Worker))
        {
            _reused.Forget(taken.Worker);
            End(taken.Worker, isIdle: reply is not null);
        }
    }

    /// <summary>Ends the waiting workers of every tool that is not among these.</summary>
    public void Keep(IReadOnlySet<WorkerTool> tools)
    {
        foreach (var worker in _shelves.RemoveExcept(tools).Concat(_reused.RemoveExcept(tools)))
        {
            _supervisor.Retire(worker, atOnce: false);
        }

        _wanted.Release();
    }

    public override void Dispose()
    {
        _wanted.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                RetireDone();
                foreach (var worker in _shelves.RemoveSurplus().Concat(_reused.RemoveAged()))
                {
                    _supervisor.Retire(worker, atOnce: false);
                }

                while (_shelves.Next() is { } step && !stoppingToken.IsCancellationRequested)
                {
                    await FillAsync(step, stoppingToken);
                    RetireDone();
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // What calls need they start themselves; the next round tries again.
                Log.NotFilled(_logger, exception);
            }

            await WaitAsync(stoppingToken);
        }
    }

    // One that is idle waits until the answer is on its way.
    private void End(Worker worker, bool isIdle)
    {
        if (isIdle)
        {
            _done.Enqueue(worker);
            _wanted.Release();
        }
        else
        {
            _supervisor.Retire(worker, atOnce: true);
        }
    }

    private void RetireDone()
    {
        while (_done.TryDequeue(out var worker))
        {
            _supervisor.Retire(worker, atOnce: false);
        }
    }

    private async ValueTask<TakenWorker?> TakeWaitingAsync(WorkerTool tool, Isolation isolation, CancellationToken cancellationToken)
    {
        var waiting = _shelves.Take(tool, out var isLoaded);
        _wanted.Release();
        if (waiting is null)
        {
            return null;
        }

        if (isLoaded)
        {
            return new TakenWorker(waiting, tool, isolation, NotLoaded: null);
        }

        var taken = await LoadAsync(waiting, tool, isolation, cancellationToken);
        if (taken.NotLoaded is not { Type: FaultTypes.ToolNotLoaded, Process.Signal: "SIGKILL" })
        {
            return taken;
        }

        // Killed while it waited, which had not been noticed yet: as if none had been there.
        _supervisor.Retire(waiting, atOnce: true);
        return null;
    }

    private async Task<TakenWorker> LoadAsync(Worker worker, WorkerTool tool, Isolation isolation, CancellationToken cancellationToken)
    {
        try
        {
            return new TakenWorker(worker, tool, isolation, await worker.LoadAsync(tool, cancellationToken));
        }
        catch
        {
            _supervisor.Retire(worker, atOnce: true);
            throw;
        }
    }

    private async Task<Worker> StartColdAsync(WorkerTool tool)
    {
        Interlocked.Increment(ref _starting);
        try
        {
            return await _supervisor.StartAsync(tool.Profile);
        }
        finally
        {
            Interlocked.Decrement(ref _starting);
        }
    }

    private async Task FillAsync(FillStep step, CancellationToken cancellationToken)
    {
        var worker = step.Unassigned;
        try
        {
            worker ??= await _supervisor.StartAsync(step.Tool?.Profile);
            if (step.Tool is { } tool && await worker.LoadAsync(tool, cancellationToken) is { } notLoaded)
            {
                throw new InvalidOperationException($"{notLoaded.Type}: {notLoaded.Message}");
            }

            if (_shelves.Put(step, worker))
            {
                _ = RefillAfterExitAsync(worker);
            }
            else
            {
                _supervisor.Retire(worker, atOnce: false);
            }
        }
        catch
        {
            _shelves.Fail(step);
            if (worker is not null)
            {
                _supervisor.Retire(worker, atOnce: true);
            }

            throw;
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _wanted.WaitAsync(Upkeep, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await Task.Delay(Courtesy, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // However many calls asked meanwhile, one round serves them all.
        while (_wanted.Wait(0, CancellationToken.None))
        {
        }
    }

    // A waiting worker that ends by itself, or is killed, is one too few.
    private async Task RefillAfterExitAsync(Worker worker)
    {
        await worker.Exited;
        if (_shelves.Remove(worker))
        {
            _supervisor.Retire(worker, atOnce: true);
            _wanted.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A worker could not be made ready for calls to come.")]
        public static partial void NotFilled(ILogger logger, Exception exception);
    }
}
