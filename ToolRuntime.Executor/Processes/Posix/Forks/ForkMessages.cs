using System.Text.Json.Serialization;

namespace ToolRuntime.Executor.Processes.Posix.Forks;

/// <summary>A request to a fork server, one of both. The other side is worker/forks/control.ts.</summary>
internal sealed record ForkServerRequest(ForkRequest? Fork = null, int? Reap = null);

/// <param name="Environment">Variables that the process has beside the server's own.</param>
internal sealed record ForkRequest(
    IReadOnlyDictionary<string, string> Environment, IReadOnlyList<ForkLimit> Limits, ForkRestrictions? Restrictions);

internal sealed record ForkLimit(int Resource, ulong Soft, ulong Hard);

/// <param name="Capabilities">Of the first 32, those that the process keeps.</param>
/// <param name="Filter">A seccomp filter; empty where there is none.</param>
internal sealed record ForkRestrictions(uint Capabilities, byte[] Filter);

/// <summary>What a fork server answers: to its start, to a fork, to a reaping.</summary>
/// <param name="Ready">Its own process id: it can be asked.</param>
/// <param name="Refused">Why it cannot be.</param>
/// <param name="Forked">The process's id; negative where the system refused.</param>
/// <param name="Status">As wait4 has it.</param>
/// <param name="CpuMicroseconds">User and system time.</param>
internal sealed record ForkServerAnswer(int? Ready, string? Refused, int? Forked, int? Status, long? CpuMicroseconds);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ForkServerRequest))]
[JsonSerializable(typeof(ForkServerAnswer))]
internal sealed partial class ForkMessages : JsonSerializerContext;
