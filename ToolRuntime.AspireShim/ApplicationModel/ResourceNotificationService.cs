using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Holds every resource's latest snapshot, and tells whoever watches.</summary>
public partial class ResourceNotificationService : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceEvent>> _watchers = [];
    private readonly IServiceProvider _services;
    private readonly WaitBehavior _defaultWaitBehavior;
    private readonly TimeProvider _time;
    private bool _disposed;

    internal ResourceNotificationService(IServiceProvider services, WaitBehavior defaultWaitBehavior, TimeProvider time)
    {
        _services = services;
        _defaultWaitBehavior = defaultWaitBehavior;
        _time = time;
    }

    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory) =>
        PublishUpdateAsync(resource, resource.GetInstanceId(), stateFactory);

    public Task PublishUpdateAsync(
        IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_gate)
        {
            var previous = _current.TryGetValue(resourceId, out var known)
                ? known.Snapshot
                : InitialSnapshot.Of(resource, _time.GetUtcNow().UtcDateTime);
            var snapshot = InitialSnapshot.WithCommands(stateFactory(previous).WithoutStaleHealth(), resource, _services);
            var update = new ResourceEvent(resource, resourceId, snapshot);
            _current[resourceId] = update;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(update);
            }
        }

        return Task.CompletedTask;
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_gate)
        {
            resourceEvent = _current.GetValueOrDefault(resourceId)
                ?? _current.Values.FirstOrDefault(candidate => IsNamed(candidate, resourceId));
        }

        return resourceEvent is not null;
    }

    /// <summary>What is known of every resource first, then each update.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (known, channel) = Subscribe();
        try
        {
            foreach (var resourceEvent in known)
            {
                yield return resourceEvent;
            }

            await foreach (var resourceEvent in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return resourceEvent;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(channel);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryComplete();
            }
        }

        GC.SuppressFinalize(this);
    }

    private static bool IsNamed(ResourceEvent resourceEvent, string name) =>
        string.Equals(resourceEvent.Resource.Name, name, StringComparison.OrdinalIgnoreCase);

    private (List<ResourceEvent> Known, Channel<ResourceEvent> Channel) Subscribe()
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>(new UnboundedChannelOptions { SingleReader = true });
        lock (_gate)
        {
            if (_disposed)
            {
                channel.Writer.TryComplete();
            }

            _watchers.Add(channel);
            return ([.. _current.Values], channel);
        }
    }
}
