using System.Text.Json.Serialization;

namespace Aspire.Hosting.Dcp;

/// <summary>DCP's objects, as far as they are used here.</summary>
internal sealed record DcpService(DcpMetadata Metadata, DcpServiceSpec Spec)
{
    public string ApiVersion { get; init; } = DcpClient.ApiVersion;

    public string Kind { get; init; } = "Service";

    public DcpServiceStatus? Status { get; init; }
}

/// <summary>What DCP is to run, as it is told; the specification is that of the kind.</summary>
internal sealed record DcpObject(string Kind, DcpMetadata Metadata, object Spec)
{
    public string ApiVersion { get; init; } = DcpClient.ApiVersion;
}

/// <summary>An executable or a container, as DCP tells of it.</summary>
internal sealed record DcpProcess(DcpMetadata Metadata, DcpProcessStatus? Status);

internal sealed record DcpMetadata(string Name)
{
    public string? Uid { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

/// <summary>Without <c>protocol</c> a service silently never gets an address.</summary>
internal sealed record DcpServiceSpec(string Address, int? Port, string Protocol = "TCP");

internal sealed record DcpServiceStatus(string? State, string? EffectiveAddress, int? EffectivePort);

internal sealed record DcpExecutableSpec(
    string ExecutablePath, string WorkingDirectory, IReadOnlyList<string> Args, IReadOnlyList<DcpVariable> Env)
{
    public DcpAmbientEnvironment AmbientEnvironment { get; init; } = new("DoNotInherit");

    public bool Start { get; init; } = true;
}

internal sealed record DcpAmbientEnvironment(string Behavior);

internal sealed record DcpVariable(string Name, string? Value);

internal sealed record DcpContainerSpec(
    string Image,
    string? Command,
    IReadOnlyList<string> Args,
    IReadOnlyList<DcpVariable> Env,
    IReadOnlyList<DcpVolumeMount> VolumeMounts,
    IReadOnlyList<string> RunArgs)
{
    public bool Start { get; init; } = true;
}

internal sealed record DcpVolumeMount(string Type, string? Source, string Target, bool ReadOnly);

internal sealed record DcpProcessStatus(
    string? State,
    int? Pid,
    int? ExitCode,
    DateTime? StartupTimestamp,
    DateTime? FinishTimestamp,
    IReadOnlyList<DcpVariable>? EffectiveEnv,
    IReadOnlyList<string>? EffectiveArgs);

/// <summary>Says that a process serves a service, and on which port of its own, if that is fixed.</summary>
internal sealed record DcpServiceProducer(string ServiceName, string Address, int? Port);

internal sealed record DcpChange<T>(string Type, T Object);
