namespace ToolRuntime.Executor.Workers.Pool;

/// <summary>Which workers wait, for which tool, and which should.</summary>
/// <param name="hasUnassigned">Whether there are workers that can load any tool.</param>
internal sealed class PoolShelves(PoolOptions options, bool hasUnassigned, TimeProvider time)
{
    // After a worker could not be made ready, no other is tried for this long.
    private static readonly TimeSpan PauseTime = TimeSpan.FromSeconds(1);

    // One more than planned is kept: a share that wavers between two numbers must not start and end a worker each time.
    private const int Slack = 1;

    private readonly Lock _lock = new();
    private readonly Dictionary<WorkerTool, Shelf> _shelves = [];
    private readonly Shelf _unassigned = new(time);
    private readonly int _leastUnassigned = hasUnassigned ? options.Unassigned : 0;
    private IReadOnlySet<WorkerTool>? _called;
    private long? _pausedAt;

    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _unassigned.Count + _shelves.Values.Sum(shelf => shelf.Count);
            }
        }
    }

    public int Coming
    {
        get
        {
            lock (_lock)
            {
                return _unassigned.Coming + _shelves.Values.Sum(shelf => shelf.Coming);
            }
        }
    }

    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return Plan() is null && _unassigned.Coming == 0 && _shelves.Values.All(shelf => shelf.Coming == 0);
            }
        }
    }

    /// <summary>Takes a waiting worker, the tool's own before one with no tool loaded.</summary>
    public Worker? Take(WorkerTool tool, out bool isLoaded)
    {
        lock (_lock)
        {
            var shelf = ShelfOf(tool);
            shelf?.Demand.Count();
            var own = shelf?.Take();
            isLoaded = own is not null;
            return own ?? (tool.Profile is null ? _unassigned.Take() : null);
        }
    }

    /// <summary>What to do next for a full pool, and keeps a place for it; null where nothing is to be done.</summary>
    public FillStep? Next()
    {
        lock (_lock)
        {
            if (Plan() is not { } place)
            {
                return null;
            }

            place.Shelf.Coming++;
            return new FillStep(place.Tool, place.Tool is { Profile: null } ? _unassigned.Take() : null);
        }
    }

    /// <returns>Whether it is wanted: false where the tool gets no new calls any more.</returns>
    public bool Put(FillStep step, Worker worker)
    {
        lock (_lock)
        {
            var shelf = Done(step);
            shelf?.Put(worker);
            return shelf is not null;
        }
    }

    public void Fail(FillStep step)
    {
        lock (_lock)
        {
            Done(step);
            _pausedAt = time.GetTimestamp();
        }
    }

    public bool Remove(Worker worker)
    {
        lock (_lock)
        {
            return _unassigned.Remove(worker) || _shelves.Values.Any(shelf => shelf.Remove(worker));
        }
    }

    /// <summary>Takes out the workers of tools that are not among these, and keeps none of them from now on.</summary>
    public IReadOnlyList<Worker> RemoveExcept(IReadOnlySet<WorkerTool> tools)
    {
        lock (_lock)
        {
            _called = tools;
            var removed = new List<Worker>();
            foreach (var tool in _shelves.Keys.Where(tool => !tools.Contains(tool)).ToArray())
            {
                _shelves.Remove(tool, out var shelf);
                Empty(shelf!, keep: 0, removed);
            }

            return removed;
        }
    }

    /// <summary>Takes out the workers of tools that are called less than they were.</summary>
    public IReadOnlyList<Worker> RemoveSurplus()
    {
        lock (_lock)
        {
            var shares = Shares();
            var removed = new List<Worker>();
            foreach (var (tool, shelf) in _shelves)
            {
                var share = shares.GetValueOrDefault(tool);
                if (shelf.Count > share + Slack || share == 0)
                {
                    Empty(shelf, share, removed);
                }
            }

            return removed;
        }
    }

    private static void Empty(Shelf shelf, int keep, List<Worker> removed)
    {
        while (shelf.Count > keep && shelf.Take() is { } worker)
        {
            removed.Add(worker);
        }
    }

    private (WorkerTool? Tool, Shelf Shelf)? Plan()
    {
        if (_pausedAt is { } paused && time.GetElapsedTime(paused) < PauseTime)
        {
            return null;
        }

        var shares = Shares();
        foreach (var (tool, share) in shares)
        {
            var shelf = _shelves[tool];
            if (shelf.Count + shelf.Coming < share)
            {
                return (tool, shelf);
            }
        }

        if (!hasUnassigned)
        {
            return null;
        }

        // Places that no tool has a claim to are for workers that serve any.
        var assigned = _shelves.Sum(shelf => Math.Max(shares.GetValueOrDefault(shelf.Key), shelf.Value.Count));
        var unassigned = Math.Max(Math.Min(_leastUnassigned, options.Size), options.Size - assigned);
        return _unassigned.Count + _unassigned.Coming < unassigned ? (null, _unassigned) : null;
    }

    private IReadOnlyDictionary<WorkerTool, int> Shares() => PoolPlan.Share(
        [.. _shelves.Select(shelf => (shelf.Key, shelf.Value.Demand.Current))], Math.Max(0, options.Size - _leastUnassigned));

    // None for a version that gets no new calls: one that came before may still be about to take a worker.
    private Shelf? ShelfOf(WorkerTool tool)
    {
        if (_called?.Contains(tool) == false)
        {
            return null;
        }

        if (!_shelves.TryGetValue(tool, out var shelf))
        {
            _shelves[tool] = shelf = new Shelf(time);
        }

        return shelf;
    }

    private Shelf? Done(FillStep step)
    {
        var shelf = step.Tool is { } tool ? ShelfOf(tool) : _unassigned;
        if (shelf is not null)
        {
            shelf.Coming = Math.Max(0, shelf.Coming - 1);
        }

        return shelf;
    }
}
