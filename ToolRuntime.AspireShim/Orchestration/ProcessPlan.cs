using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Orchestration;

/// <summary>What DCP is to run for a resource, and what is shown of it.</summary>
internal sealed record ProcessPlan(object Spec, IReadOnlyList<string> Args, IReadOnlyList<DcpVariable> Variables)
{
    /// <summary>The variables that the resource asked for, among all that its process has.</summary>
    public required IReadOnlySet<string> FromSpec { get; init; }

    /// <summary>The property under which the dashboard shows the arguments.</summary>
    public required string ArgsProperty { get; init; }

    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }
}
