using System.Text.Encodings.Web;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ToolRuntime.Gateway.Mcp;
using ToolRuntime.Gateway.Rest;
using ToolRuntime.Gateway.Telemetry;

namespace ToolRuntime.Gateway.Authentication;

internal sealed class CallerAuthenticationOptions : AuthenticationSchemeOptions
{
    /// <summary>Whether JWTs are taken too.</summary>
    public bool ForwardsJwts { get; set; }
}

/// <summary>Finds out who calls: by an API key, or by a JWT where those are taken.</summary>
internal sealed class CallerAuthenticationHandler(
    IOptionsMonitor<CallerAuthenticationOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessList access,
    IOptions<McpOptions> mcp,
    GatewayMetrics metrics)
    : AuthenticationHandler<CallerAuthenticationOptions>(options, logger, encoder)
{
    public const string KeyHeader = "X-Api-Key";

    private const string Bearer = "Bearer ";

    private static readonly AuthenticateResult UnknownKey = AuthenticateResult.Fail("The key is not one that is known.");
    private static readonly AuthenticateResult NoKey = AuthenticateResult.Fail("What was sent is no key.");

    private static readonly AuthenticateResult NotLocal = AuthenticateResult.Fail(
        "Nobody is set up to call but the programs on the gateway's own machine.");

    private static readonly AuthenticateResult ForeignPage = AuthenticateResult.Fail(
        "Without a key no web page from elsewhere may call, and nobody by another name than localhost.");

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (access.Anonymous is { } anonymous)
        {
            return Task.FromResult(
                !LocalRequest.IsOverLoopback(Context) ? NotLocal
                : LocalRequest.IsOfForeignPage(Request, mcp.Value.AllowedOrigins) ? ForeignPage
                : anonymous);
        }

        if (Request.Headers.TryGetValue(KeyHeader, out var key))
        {
            return Task.FromResult(Find(key.ToString()));
        }

        var authorization = Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var credential = authorization.AsSpan(Bearer.Length).Trim();
        return Options.ForwardsJwts && !ApiKey.IsKey(credential)
            ? Context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme)
            : Task.FromResult(Find(credential));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failure = (await HandleAuthenticateOnceSafeAsync()).Failure;
        metrics.RecordRefusal(Caller.UnknownLabel, RefusalReason.Unauthenticated);
        if (failure is not null && failure == ForeignPage.Failure)
        {
            // As MCP wants it answered.
            await Refusal.WriteAsync(Context, new RpcException(new(StatusCode.PermissionDenied, failure.Message)));
            return;
        }

        Response.Headers.WWWAuthenticate = failure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        await Refusal.WriteAsync(Context, new RpcException(new(
            StatusCode.Unauthenticated,
            failure is null
                ? $"A caller needs a key, as '{HeaderNames.Authorization}: {Bearer}<key>' or '{KeyHeader}: <key>'."
                : CallerAuthentication.Describe(failure))));
    }

    private AuthenticateResult Find(ReadOnlySpan<char> credential) =>
        ApiKey.IsKey(credential) ? access.Find(credential)?.Result ?? UnknownKey : NoKey;
}
