using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using ToolRuntime.Gateway.Limits;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>Who may come in: everything needs a caller but what says otherwise of itself, as the health checks do.</summary>
internal static class CallerAuthentication
{
    public const string Scheme = "Caller";
    public const string JwtSection = $"{AccessOptions.Section}:Schemes:{JwtBearerDefaults.AuthenticationScheme}";

    private const string Subject = "sub";
    private const string ToolsScope = "tools:";

    public static void AddCallers(this WebApplicationBuilder builder)
    {
        KeysFile.AddTo(builder.Configuration);
        var services = builder.Services;
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section);
        services.AddOptions<CommonLimits>().BindConfiguration(CommonLimits.Section).ValidateDataAnnotations();
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessValidation>();
        services.AddSingleton<AccessList>();
        services.AddHostedService(provider => provider.GetRequiredService<AccessList>());
        services.AddHttpContextAccessor();

        var takesJwts = TakesJwts(builder.Configuration);
        var authentication = services.AddAuthentication(Scheme)
            .AddScheme<CallerAuthenticationOptions, CallerAuthenticationHandler>(Scheme, options => options.ForwardsJwts = takesJwts);
        if (takesJwts)
        {
            authentication.AddJwtBearer();
            services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IOptions<AccessOptions>, AccessList>(TakeCaller);
        }

        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    public static bool TakesJwts(IConfiguration configuration) => configuration.GetSection(JwtSection).Exists();

    public static AuthenticateResult Success(Caller caller) => AuthenticateResult.Success(new AuthenticationTicket(
        new(new CallerIdentity(caller, [new Claim(ClaimsIdentity.DefaultNameClaimType, caller.Name)])), Scheme));

    /// <summary>Why a credential was refused, without what it was.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        SecurityTokenExpiredException expired => FormattableString.Invariant($"The token expired at {expired.Expires:u}."),
        SecurityTokenNotYetValidException early => FormattableString.Invariant($"The token is not valid before {early.NotBefore:u}."),
        SecurityTokenInvalidAudienceException => "The token is for another audience.",
        SecurityTokenInvalidIssuerException => "The token is of another issuer.",
        SecurityTokenException or ArgumentException => "The token is not valid.",
        AuthenticationFailureException => failure.Message,
        _ => "The caller could not be made out.",
    };

    private static void TakeCaller(JwtBearerOptions jwt, IOptions<AccessOptions> options, AccessList access)
    {
        // Claims keep the names that they have in the token.
        jwt.MapInboundClaims = false;
        jwt.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                context.Principal = new ClaimsPrincipal(CallerOf(context.Principal!, options.Value.ScopeClaim, access.Limits));
                return Task.CompletedTask;
            },
        };
    }

    private static CallerIdentity CallerOf(ClaimsPrincipal bearer, string scopeClaim, CallLimits limits)
    {
        var patterns = bearer.FindAll(scopeClaim)
            .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(word => word.StartsWith(ToolsScope, StringComparison.Ordinal))
            .Select(word => word[ToolsScope.Length..])
            .Where(ToolScope.IsPattern);
        return new CallerIdentity(
            Caller.WithJwt(bearer.FindFirst(Subject)?.Value ?? Caller.JwtLabel, new ToolScope([.. patterns]), limits), bearer.Claims);
    }
}
