namespace ToolRuntime.Executor.Workers.Pool;

/// <summary>The waiting workers of one tool.</summary>
internal sealed class Shelf(TimeProvider time)
{
    private readonly Stack<Worker> _waiting = new();

    public Demand Demand { get; } = new(time);

    public int Count => _waiting.Count;

    /// <summary>How many of this tool's workers are being made ready.</summary>
    public int Coming { get; set; }

    public void Put(Worker worker) => _waiting.Push(worker);

    /// <returns>The worker that was put here last and still lives; null for none.</returns>
    public Worker? Take()
    {
        while (_waiting.TryPop(out var worker))
        {
            if (!worker.Exited.IsCompleted)
            {
                return worker;
            }
        }

        return null;
    }

    /// <returns>Whether it was here.</returns>
    public bool Remove(Worker worker)
    {
        if (!_waiting.Contains(worker))
        {
            return false;
        }

        var kept = _waiting.Where(waiting => waiting != worker).Reverse().ToArray();
        _waiting.Clear();
        foreach (var other in kept)
        {
            _waiting.Push(other);
        }

        return true;
    }
}
