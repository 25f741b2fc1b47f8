using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Orchestration;

/// <summary>Says in a snapshot's words what DCP says about a process.</summary>
internal static class ProcessStatus
{
    // What DCP says of a process that was stopped, or whose end it did not see.
    private const int UnknownExitCode = -1;

    public static string? StateOf(DcpExecutableStatus status) => status.State switch
    {
        "Starting" => KnownResourceStates.Starting,
        "Running" => KnownResourceStates.Running,
        "Stopping" => KnownResourceStates.Stopping,
        "Finished" => KnownResourceStates.Finished,
        "Terminated" => KnownResourceStates.Exited,
        "FailedToStart" => KnownResourceStates.FailedToStart,
        _ => null,
    };

    public static CustomResourceSnapshot Apply(
        CustomResourceSnapshot snapshot,
        string state,
        DcpExecutableSpec spec,
        DcpExecutableStatus status,
        IReadOnlySet<string> fromSpec)
    {
        var ended = KnownResourceStates.TerminalStates.Contains(state);
        var exitCode = ended && status.ExitCode is { } code and not UnknownExitCode ? code : (int?)null;
        return snapshot with
        {
            State = new ResourceStateSnapshot(state, StyleOf(state, exitCode)),
            ExitCode = exitCode,
            StartTimeStamp = status.StartupTimestamp,
            StopTimeStamp = ended ? status.FinishTimestamp : null,
            EnvironmentVariables = Variables(status.EffectiveEnv ?? spec.Env, fromSpec),
            Properties = Properties(snapshot.Properties, spec, status),
            Urls = ResourceUrls.WithActivity(snapshot.Urls, state == KnownResourceStates.Running),
        };
    }

    private static string? StyleOf(string state, int? exitCode) =>
        state == KnownResourceStates.FailedToStart || exitCode is not null and not 0 ? KnownResourceStateStyles.Error
        : state == KnownResourceStates.Running ? KnownResourceStateStyles.Success
        : null;

    private static ImmutableArray<EnvironmentVariableSnapshot> Variables(
        IReadOnlyList<DcpVariable> variables, IReadOnlySet<string> fromSpec) =>
        [.. variables.Select(variable => new EnvironmentVariableSnapshot(variable.Name, variable.Value, fromSpec.Contains(variable.Name)))];

    private static ImmutableArray<ResourcePropertySnapshot> Properties(
        ImmutableArray<ResourcePropertySnapshot> known, DcpExecutableSpec spec, DcpExecutableStatus status)
    {
        ResourcePropertySnapshot[] said =
        [
            new("executable.path", spec.ExecutablePath),
            new("executable.workDir", spec.WorkingDirectory),
            new("executable.args", status.EffectiveArgs ?? spec.Args),
            .. status.Pid is > 0 and var pid ? [new ResourcePropertySnapshot("executable.pid", pid)] : Array.Empty<ResourcePropertySnapshot>(),
        ];
        return [.. known.ExceptBy(said.Select(property => property.Name), property => property.Name), .. said];
    }
}
