using Microsoft.Extensions.Options;
using ToolRuntime.Executor.Telemetry;

namespace ToolRuntime.Executor.Execution.Admission;

/// <summary>
/// Lets so many calls run at once, and so many of one tool; the rest wait their turn for a while. Tools take turns: however
/// many calls of one wait, another's next call waits for one of them at most.
/// </summary>
internal sealed class AdmissionQueue
{
    private const string QueueFull = "queue_full";
    private const string QueueTimeout = "queue_timeout";

    private readonly ToolRuntimeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly CancellationToken _draining;
    private readonly int _limit;
    private readonly int _maxQueued;
    private readonly TimeSpan _maxWait;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ToolQueue> _tools = new(StringComparer.Ordinal);
    private readonly LinkedList<ToolQueue> _turns = [];
    private int _running;
    private int _queued;

    public AdmissionQueue(ToolRuntimeMetrics metrics, IOptions<ExecutorOptions> options, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        _metrics = metrics;
        _time = time;
        _draining = lifetime.ApplicationStopping;
        _limit = options.Value.MaxConcurrency;
        _maxQueued = options.Value.MaxQueued;
        _maxWait = options.Value.MaxQueueTime;
        metrics.ObserveQueue(() => Volatile.Read(ref _queued));
        metrics.RegisterRejections(QueueFull, QueueTimeout);
    }

    /// <summary>Waits for a call's turn.</summary>
    /// <param name="toolLimit">How many calls of the tool may run at once.</param>
    /// <exception cref="CallRefusedException">Too many wait, or it waited too long.</exception>
    /// <exception cref="ExecutorStoppingException">The executor is stopping: another can run the call sooner.</exception>
    /// <exception cref="OperationCanceledException">The call is over.</exception>
    public async ValueTask<Turn> EnterAsync(string toolId, int toolLimit, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            var tool = ToolOf(toolId, toolLimit);
            if (_running < _limit && tool.CanRun && tool.Waiting.Count == 0)
            {
                Begin(tool);
                _metrics.RecordQueueWait(TimeSpan.Zero);
                return new Turn(this, tool);
            }

            if (_queued >= _maxQueued)
            {
                Forget(tool);
                throw Refuse(QueueFull, $"{_queued} calls wait already.");
            }

            waiter = new Waiter(tool);
            _queued++;
            if (tool.Waiting.Count == 0)
            {
                _turns.AddLast(tool);
            }

            waiter.Place = tool.Waiting.AddLast(waiter);
        }

        return await WaitAsync(waiter, cancellationToken);
    }

    private async Task<Turn> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _draining);
        try
        {
            await waiter.Task.WaitAsync(_maxWait, _time, either.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            if (GiveUp(waiter))
            {
                if (exception is TimeoutException)
                {
                    throw Refuse(QueueTimeout, $"The call waited {_maxWait.TotalSeconds:0.###} s for its turn.");
                }

                cancellationToken.ThrowIfCancellationRequested();
                throw new ExecutorStoppingException(mayHaveStarted: false);
            }

            // Its turn came at the same moment.
        }

        _metrics.RecordQueueWait(_time.GetElapsedTime(since));
        return new Turn(this, waiter.Tool);
    }

    private bool GiveUp(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Place is not { } place)
            {
                return false;
            }

            Leave(waiter.Tool, place);
            Forget(waiter.Tool);
            return true;
        }
    }

    private void End(ToolQueue tool)
    {
        lock (_lock)
        {
            _running--;
            tool.Running--;
            while (_running < _limit && NextTool() is { } next)
            {
                var waiter = next.Waiting.First!;
                _turns.Remove(next);
                Leave(next, waiter);
                if (next.Waiting.Count > 0)
                {
                    _turns.AddLast(next);
                }

                Begin(next);
                waiter.Value.Begin();
            }

            Forget(tool);
        }
    }

    private ToolQueue? NextTool() => _turns.FirstOrDefault(tool => tool.CanRun);

    private void Begin(ToolQueue tool)
    {
        _running++;
        tool.Running++;
    }

    private void Leave(ToolQueue tool, LinkedListNode<Waiter> place)
    {
        tool.Waiting.Remove(place);
        place.Value.Place = null;
        _queued--;
        if (tool.Waiting.Count == 0)
        {
            _turns.Remove(tool);
        }
    }

    private ToolQueue ToolOf(string toolId, int limit)
    {
        if (!_tools.TryGetValue(toolId, out var tool))
        {
            _tools[toolId] = tool = new ToolQueue(toolId);
        }

        tool.Limit = limit;
        return tool;
    }

    private void Forget(ToolQueue tool)
    {
        if (tool.Running == 0 && tool.Waiting.Count == 0)
        {
            _tools.Remove(tool.Id);
        }
    }

    private CallRefusedException Refuse(string reason, string message)
    {
        _metrics.RecordRejection(reason);
        return new CallRefusedException(message);
    }

    /// <summary>A call's turn, which ends when it is disposed.</summary>
    public readonly struct Turn(AdmissionQueue queue, ToolQueue tool) : IDisposable
    {
        public void Dispose() => queue.End(tool);
    }

    internal sealed class ToolQueue(string id)
    {
        public string Id { get; } = id;

        public int Limit { get; set; }

        public int Running { get; set; }

        public bool CanRun => Running < Limit;

        public LinkedList<Waiter> Waiting { get; } = [];
    }

    internal sealed class Waiter(ToolQueue tool)
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ToolQueue Tool { get; } = tool;

        /// <summary>Where it waits; null once it waits no more.</summary>
        public LinkedListNode<Waiter>? Place { get; set; }

        public Task Task => _begun.Task;

        public void Begin() => _begun.SetResult();
    }
}
