using System.Security.Claims;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>A caller as ASP.NET Core knows users.</summary>
internal sealed class CallerIdentity : ClaimsIdentity
{
    public CallerIdentity(Caller caller, IEnumerable<Claim> claims)
        : base(claims, authenticationType: CallerAuthentication.Scheme)
    {
        Caller = caller;
        // What a session of MCP belongs to.
        AddClaim(new Claim(ClaimTypes.NameIdentifier, $"{caller.Label}:{caller.Name}"));
    }

    public Caller Caller { get; }

    /// <returns>Whose request it is; null where nobody has asked.</returns>
    public static Caller? CallerOf(HttpContext? context) => (context?.User.Identity as CallerIdentity)?.Caller;
}
