namespace ToolRuntime.Executor.Workers.Pool;

/// <summary>The waiting workers of tools whose calls share one, until each has had its time.</summary>
internal sealed class ReusedWorkers(PoolOptions options, TimeProvider time)
{
    // Looking costs about as much as a call of a fast tool does.
    private const int CallsBetweenLooks = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<WorkerTool, List<Seat>> _seats = [];
    private readonly Dictionary<Worker, long> _firstMemory = [];
    private IReadOnlySet<WorkerTool>? _called;

    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _seats.Values.Sum(seats => seats.Count);
            }
        }
    }

    /// <returns>The worker that was used last and still lives, so that those too many age; null for none.</returns>
    public Worker? Take(WorkerTool tool)
    {
        lock (_lock)
        {
            if (!_seats.TryGetValue(tool, out var seats))
            {
                return null;
            }

            while (seats.Count > 0)
            {
                var worker = seats[^1].Worker;
                seats.RemoveAt(seats.Count - 1);
                if (!worker.Exited.IsCompleted)
                {
                    return worker;
                }
            }

            return null;
        }
    }

    /// <returns>Whether it may serve another call.</returns>
    public bool Put(WorkerTool tool, Worker worker)
    {
        if (worker.Calls >= options.ReusedMaxCalls || time.GetElapsedTime(worker.StartedAt) >= options.ReusedMaxAge || HasGrown(worker))
        {
            return false;
        }

        lock (_lock)
        {
            if (_called?.Contains(tool) == false)
            {
                return false;
            }

            if (!_seats.TryGetValue(tool, out var seats))
            {
                _seats[tool] = seats = [];
            }

            seats.Add(new Seat(worker, time.GetTimestamp()));
            return true;
        }
    }

    /// <summary>Takes out those that nobody called for long.</summary>
    public IReadOnlyList<Worker> RemoveAged() =>
        RemoveWhere((_, seat) => seat.Worker.Exited.IsCompleted
            || time.GetElapsedTime(seat.Since) >= options.ReusedMaxIdle
            || time.GetElapsedTime(seat.Worker.StartedAt) >= options.ReusedMaxAge);

    /// <summary>Takes out those of tools that are not among these, and takes none of them back from now on.</summary>
    public IReadOnlyList<Worker> RemoveExcept(IReadOnlySet<WorkerTool> tools)
    {
        lock (_lock)
        {
            _called = tools;
            return RemoveWhere((tool, _) => !tools.Contains(tool));
        }
    }

    /// <summary>What is kept of a worker that serves no more.</summary>
    public void Forget(Worker worker)
    {
        lock (_lock)
        {
            _firstMemory.Remove(worker);
        }
    }

    private List<Worker> RemoveWhere(Func<WorkerTool, Seat, bool> isOver)
    {
        lock (_lock)
        {
            var removed = new List<Worker>();
            foreach (var (tool, seats) in _seats.ToArray())
            {
                removed.AddRange(seats.Where(seat => isOver(tool, seat)).Select(seat => seat.Worker));
                seats.RemoveAll(seat => isOver(tool, seat));
                if (seats.Count == 0)
                {
                    _seats.Remove(tool);
                }
            }

            removed.ForEach(worker => _firstMemory.Remove(worker));
            return removed;
        }
    }

    private bool HasGrown(Worker worker)
    {
        if (worker.Calls % CallsBetweenLooks != 1)
        {
            return false;
        }

        var memory = ProcessMemory.ResidentOf(worker.ProcessId);
        lock (_lock)
        {
            return _firstMemory.TryGetValue(worker, out var first)
                ? memory - first > options.ReusedMaxGrowthBytes
                : !_firstMemory.TryAdd(worker, memory);
        }
    }

    private readonly record struct Seat(Worker Worker, long Since);
}
