using System.Globalization;
using ToolRuntime.Gateway.Limits;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>Who calls, and what that may do.</summary>
/// <param name="Name">The key's name, or the JWT's subject.</param>
/// <param name="Label">What metrics call it: the key's name, or one word for all bearers of JWTs, whose names have no bound.</param>
/// <param name="LimitedAs">Under which name its calls are counted.</param>
internal sealed record Caller(string Name, string Label, string LimitedAs, ToolScope Scope, CallLimits Limits)
{
    /// <summary>Nobody that is known.</summary>
    public const string UnknownLabel = "unknown";

    public const string JwtLabel = "jwt";

    private const string AnonymousLabel = "anonymous";

    // So many bearers of JWTs are told apart, so that their number bounds no memory: two who fall together share a limit.
    private const uint JwtPartitions = 16_384;

    /// <summary>The labels that no key may have for a name.</summary>
    public static IReadOnlyList<string> Reserved { get; } = [UnknownLabel, AnonymousLabel, JwtLabel];

    /// <summary>Whether both are one caller, though its scope and limits may have changed.</summary>
    public bool IsSameAs(Caller other) => Name == other.Name && Label == other.Label;

    /// <summary>Whoever calls from this machine while nobody is asked who they are.</summary>
    public static Caller Anonymous(CallLimits limits) => new(AnonymousLabel, AnonymousLabel, AnonymousLabel, ToolScope.Everything, limits);

    public static Caller WithKey(string name, ToolScope scope, CallLimits limits) => new(name, name, name, scope, limits);

    public static Caller WithJwt(string subject, ToolScope scope, CallLimits limits)
    {
        var partition = (uint)StringComparer.Ordinal.GetHashCode(subject) % JwtPartitions;
        // No name of a key has a colon.
        return new Caller(subject, JwtLabel, string.Create(CultureInfo.InvariantCulture, $"{JwtLabel}:{partition}"), scope, limits);
    }
}
