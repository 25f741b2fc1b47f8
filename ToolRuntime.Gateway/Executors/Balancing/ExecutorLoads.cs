using System.Collections.Concurrent;

namespace ToolRuntime.Gateway.Executors.Balancing;

/// <summary>Counts what each executor has to do for this gateway, and chooses for each call the one that has least.</summary>
internal sealed class ExecutorLoads
{
    private readonly ConcurrentDictionary<EndpointAddress, ExecutorLoad> _loads = new();
    private readonly Lock _lock = new();
    private int _turn;

    public ExecutorLoad Of(EndpointAddress address) => _loads.GetOrAdd(address, static address => new ExecutorLoad(address));

    /// <summary>Forgets an executor that is no more; its calls go on being counted where they hold on to it.</summary>
    public void Remove(EndpointAddress address) => _loads.TryRemove(address, out _);

    /// <summary>
    /// Gives a call to the executor that has the fewest, among equals in turn; never to one that drains, or that the call
    /// has tried before.
    /// </summary>
    /// <returns>The index of the one that was chosen; -1 for none.</returns>
    public int Take(CallRoute call, ReadOnlySpan<EndpointAddress> executors)
    {
        lock (_lock)
        {
            Release(call);
            var chosen = -1;
            _turn++;
            for (var i = 0; i < executors.Length; i++)
            {
                var candidate = (int)((uint)(_turn + i) % (uint)executors.Length);
                var load = Of(executors[candidate]);
                if (!load.IsDraining
                    && !call.HasTried(load.Address)
                    && (call.Executor is null || load.InFlight < call.Executor.InFlight))
                {
                    call.Executor = load;
                    chosen = candidate;
                }
            }

            if (call.Executor is { } executor)
            {
                executor.InFlight++;
            }

            return chosen;
        }
    }

    /// <summary>Counts a call no more.</summary>
    public void End(CallRoute call)
    {
        lock (_lock)
        {
            Release(call);
        }
    }

    private static void Release(CallRoute call)
    {
        if (call.Executor is { } executor)
        {
            executor.InFlight--;
            call.Executor = null;
        }
    }
}
