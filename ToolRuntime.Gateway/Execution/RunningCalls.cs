using System.Collections.Concurrent;
using Grpc.Core;

namespace ToolRuntime.Gateway.Execution;

/// <summary>The calls that run through this gateway under an id that their caller knows; no two have the same.</summary>
internal sealed class RunningCalls
{
    private readonly ConcurrentDictionary<string, RunningCall> _running = new(StringComparer.Ordinal);

    /// <exception cref="RpcException">One of the id runs.</exception>
    public void Add(string executionId, RunningCall call)
    {
        if (!_running.TryAdd(executionId, call))
        {
            throw new RpcException(new Status(StatusCode.AlreadyExists, "An execution of that id runs already."));
        }
    }

    public void Remove(string executionId, RunningCall call) => _running.TryRemove(KeyValuePair.Create(executionId, call));

    public RunningCall? Find(string executionId) => _running.GetValueOrDefault(executionId);
}
