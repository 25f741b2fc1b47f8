using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Start, stop and restart, as the dashboard offers them for every process.</summary>
internal static class LifecycleCommands
{
    public static void AddTo(IResource resource, Func<ApplicationOrchestrator> orchestrator)
    {
        Add(resource, KnownResourceCommands.StartCommand, "Start", "Play", highlighted: true, StartState, async context =>
            await orchestrator().StartAsync(resource, context.CancellationToken));
        Add(resource, KnownResourceCommands.StopCommand, "Stop", "Stop", highlighted: true, StopState, async context =>
            await orchestrator().StopAsync(resource, context.CancellationToken));
        Add(resource, KnownResourceCommands.RestartCommand, "Restart", "ArrowCounterclockwise", highlighted: false, RestartState, async context =>
        {
            await orchestrator().StopAsync(resource, context.CancellationToken);
            await orchestrator().StartAsync(resource, context.CancellationToken);
        });
    }

    private static void Add(
        IResource resource,
        string name,
        string displayName,
        string icon,
        bool highlighted,
        Func<CustomResourceSnapshot, ResourceCommandState> state,
        Func<ExecuteCommandContext, Task> execute) => resource.Annotations.Add(new ResourceCommandAnnotation(
            name,
            displayName,
            context => state(context.ResourceSnapshot),
            async context =>
            {
                await execute(context);
                return CommandResults.Success();
            },
            displayDescription: $"{displayName} the resource",
            parameter: null,
            confirmationMessage: null,
            iconName: icon,
            iconVariant: IconVariant.Filled,
            isHighlighted: highlighted));

    private static ResourceCommandState StartState(CustomResourceSnapshot snapshot) =>
        snapshot.IsTerminal || snapshot.State?.Text == KnownResourceStates.NotStarted ? ResourceCommandState.Enabled
        : snapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Hidden
        : ResourceCommandState.Disabled;

    private static ResourceCommandState StopState(CustomResourceSnapshot snapshot) =>
        snapshot.IsTerminal || snapshot.State?.Text == KnownResourceStates.NotStarted ? ResourceCommandState.Hidden
        : snapshot.State?.Text == KnownResourceStates.Stopping ? ResourceCommandState.Disabled
        : ResourceCommandState.Enabled;

    private static ResourceCommandState RestartState(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
