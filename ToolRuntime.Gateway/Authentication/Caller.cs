using System.Security.Claims;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>Who calls, and what that may be.</summary>
/// <param name="Name">The key's name, or the JWT's subject.</param>
/// <param name="Label">What metrics call it: the key's name, or one word for all bearers of JWTs, whose names have no bound.</param>
internal sealed record Caller(string Name, string Label, ToolScope Scope)
{
    public const string AnonymousName = "anonymous";
    public const string JwtLabel = "jwt";

    /// <summary>Whoever calls from this machine while nobody is asked who they are.</summary>
    public static Caller Anonymous { get; } = new(AnonymousName, AnonymousName, ToolScope.Everything);
}

/// <summary>A caller as ASP.NET Core knows users.</summary>
internal sealed class CallerIdentity : ClaimsIdentity
{
    public CallerIdentity(Caller caller, IEnumerable<Claim> claims)
        : base(claims, authenticationType: CallerAuthentication.Scheme) => Caller = caller;

    public CallerIdentity(Caller caller)
        : this(caller, [new Claim(DefaultNameClaimType, caller.Name)])
    {
    }

    public Caller Caller { get; }
}
