using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Orchestration;

/// <summary>Says in a snapshot's words what DCP says about a process.</summary>
internal static class ProcessStatus
{
    // What DCP says of a process that was stopped, or whose end it did not see.
    private const int UnknownExitCode = -1;

    public static string? StateOf(DcpProcessStatus status) => status.State switch
    {
        "Starting" or "Pending" or "Building" => KnownResourceStates.Starting,
        "Running" => KnownResourceStates.Running,
        "Stopping" => KnownResourceStates.Stopping,
        "Finished" => KnownResourceStates.Finished,
        "Terminated" or "Exited" => KnownResourceStates.Exited,
        "FailedToStart" => KnownResourceStates.FailedToStart,
        "RuntimeUnhealthy" => KnownResourceStates.RuntimeUnhealthy,
        _ => null,
    };

    public static CustomResourceSnapshot Apply(
        CustomResourceSnapshot snapshot,
        string state,
        ProcessPlan plan,
        DcpProcessStatus status)
    {
        var ended = KnownResourceStates.TerminalStates.Contains(state);
        var exitCode = ended && status.ExitCode is { } code and not UnknownExitCode ? code : (int?)null;
        return snapshot with
        {
            State = new ResourceStateSnapshot(state, StyleOf(state, exitCode)),
            ExitCode = exitCode,
            StartTimeStamp = status.StartupTimestamp,
            StopTimeStamp = ended ? status.FinishTimestamp : null,
            EnvironmentVariables = Variables(status.EffectiveEnv ?? plan.Variables, plan.FromSpec),
            Properties = Properties(snapshot.Properties, plan, status),
            Urls = ResourceUrls.WithActivity(snapshot.Urls, state == KnownResourceStates.Running),
        };
    }

    private static string? StyleOf(string state, int? exitCode) =>
        state == KnownResourceStates.FailedToStart || state == KnownResourceStates.RuntimeUnhealthy || exitCode is not null and not 0 ? KnownResourceStateStyles.Error
        : state == KnownResourceStates.Running ? KnownResourceStateStyles.Success
        : null;

    private static ImmutableArray<EnvironmentVariableSnapshot> Variables(
        IReadOnlyList<DcpVariable> variables, IReadOnlySet<string> fromSpec) =>
        [.. variables.Select(variable => new EnvironmentVariableSnapshot(variable.Name, variable.Value, fromSpec.Contains(variable.Name)))];

    private static ImmutableArray<ResourcePropertySnapshot> Properties(
        ImmutableArray<ResourcePropertySnapshot> known, ProcessPlan plan, DcpProcessStatus status)
    {
        ResourcePropertySnapshot[] said =
        [
            .. plan.Properties,
            new(plan.ArgsProperty, status.EffectiveArgs ?? plan.Args),
            .. status.Pid is > 0 and var pid ? [new ResourcePropertySnapshot("executable.pid", pid)] : Array.Empty<ResourcePropertySnapshot>(),
        ];
        return [.. known.ExceptBy(said.Select(property => property.Name), property => property.Name), .. said];
    }
}
