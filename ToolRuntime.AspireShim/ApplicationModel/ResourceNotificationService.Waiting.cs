namespace Aspire.Hosting.ApplicationModel;

public partial class ResourceNotificationService
{
    public Task WaitForResourceAsync(
        string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public async Task<string> WaitForResourceAsync(
        string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToHashSet(StringComparer.Ordinal);
        var reached = await WaitForResourceAsync(
            resourceName, update => update.Snapshot.State is { } state && states.Contains(state.Text), cancellationToken);
        return reached.Snapshot.State!.Text;
    }

    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var update in WatchAsync(cancellationToken))
        {
            if (IsNamed(update, resourceName) && predicate(update))
            {
                return update;
            }
        }

        throw new OperationCanceledException($"The application ended while something waited for resource '{resourceName}'.");
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, _defaultWaitBehavior, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var update = await WaitUntilAsync(resourceName, waitBehavior, snapshot => snapshot.IsReady, "healthy", cancellationToken);

        // Whoever was to prepare the resource for use may have failed at it.
        await update.Snapshot.ReadyEvent!;
        return update;
    }

    /// <summary>Returns once everything that the resource's <c>WaitFor…</c> calls name has happened.</summary>
    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken) =>
        Task.WhenAll(resource.Annotations.OfType<WaitAnnotation>().Select(wait => WaitAsync(wait, cancellationToken)));

    private async Task WaitAsync(WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        var behavior = wait.WaitBehavior ?? _defaultWaitBehavior;
        switch (wait.WaitType)
        {
            case WaitType.WaitUntilHealthy:
                await WaitForResourceHealthyAsync(name, behavior, cancellationToken);
                break;
            case WaitType.WaitUntilStarted:
                await WaitUntilAsync(
                    name, behavior, snapshot => snapshot.State?.Text == KnownResourceStates.Running, "running", cancellationToken);
                break;
            default:
                var ended = await WaitForResourceAsync(name, update => update.Snapshot.IsTerminal, cancellationToken);
                if (ended.Snapshot.ExitCode != wait.ExitCode)
                {
                    throw new DistributedApplicationException(
                        $"Resource '{name}' was to end with exit code {wait.ExitCode}, and is {ended.Snapshot.State?.Text} with {ended.Snapshot.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}.");
                }

                break;
        }
    }

    private async Task<ResourceEvent> WaitUntilAsync(
        string resourceName,
        WaitBehavior behavior,
        Func<CustomResourceSnapshot, bool> reached,
        string goal,
        CancellationToken cancellationToken)
    {
        var update = await WaitForResourceAsync(
            resourceName,
            candidate => reached(candidate.Snapshot)
                || (candidate.Snapshot.IsTerminal && behavior == WaitBehavior.StopOnResourceUnavailable),
            cancellationToken);
        return reached(update.Snapshot)
            ? update
            : throw new DistributedApplicationException(
                $"Resource '{resourceName}' was to become {goal}, and is {update.Snapshot.State?.Text}.");
    }
}
