using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Keeps the latest lines of every resource's console, and passes on new ones.</summary>
public class ResourceLoggerService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeProvider _time;

    public ResourceLoggerService()
        : this(TimeProvider.System)
    {
    }

    internal ResourceLoggerService(TimeProvider time) => _time = time;

    public ILogger GetLogger(IResource resource) => GetLogger(resource.GetInstanceId());

    public ILogger GetLogger(string resourceName) => GetLog(resourceName);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(resource.GetInstanceId());

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => GetLog(resourceName).ReadAsync(follow: true);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) => GetAllAsync(resource.GetInstanceId());

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName) => GetLog(resourceName).ReadAsync(follow: false);

    public void Complete(IResource resource) => Complete(resource.GetInstanceId());

    public void Complete(string name) => GetLog(name).Complete();

    public void ClearBacklog(string resourceName) => GetLog(resourceName).Clear();

    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Complete();
        }

        GC.SuppressFinalize(this);
    }

    internal ResourceLog GetLog(string resourceId) => _logs.GetOrAdd(resourceId, static (_, time) => new ResourceLog(time), _time);
}

public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);
