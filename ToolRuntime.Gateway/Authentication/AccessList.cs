using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using ToolRuntime.Gateway.Limits;
using ToolRuntime.Gateway.Telemetry;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>
/// The keys and the limits in force. They are read again whenever the settings change; where those are wrong, the ones
/// before stay.
/// </summary>
internal sealed partial class AccessList(
    IOptionsFactory<AccessOptions> access,
    IOptionsFactory<CommonLimits> limits,
    IConfiguration configuration,
    IHostEnvironment environment,
    GatewayMetrics metrics,
    ILogger<AccessList> logger)
    : IHostedService, IDisposable
{
    private readonly Lock _reading = new();
    private readonly bool _takesJwts = CallerAuthentication.TakesJwts(configuration);
    private IDisposable? _changes;
    private volatile Entries _entries = new([], new CallLimits(), null);

    /// <summary>
    /// Who calls where nobody is asked: anybody on this machine, in Development, as long as nothing is set up to tell who
    /// they are. Null: everybody is asked.
    /// </summary>
    public AuthenticateResult? Anonymous => _entries.Anonymous;

    /// <summary>What holds for callers without limits of their own.</summary>
    public CallLimits Limits => _entries.Limits;

    /// <returns>The key that was presented; null where it is none of these.</returns>
    public ApiKey? Find(ReadOnlySpan<char> presented)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        ApiKey.Hash(presented, digest);
        ApiKey? found = null;
        // To the end, wherever it is found: the time tells nothing.
        foreach (var key in _entries.Keys)
        {
            found = key.Has(digest) ? key : found;
        }

        return found;
    }

    /// <exception cref="OptionsValidationException">The settings are wrong, or let nobody call.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_reading)
        {
            _changes = ChangeToken.OnChange(configuration.GetReloadToken, ReadAgain);
            _entries = Read();
        }

        if (_entries.Keys.Length == 0 && !_takesJwts && !environment.IsDevelopment())
        {
            throw new OptionsValidationException(
                Options.DefaultName,
                typeof(AccessOptions),
                [$"Nobody could call: outside Development a caller needs a key or a JWT, and there is neither {AccessOptions.Section}:{nameof(AccessOptions.Keys)} nor {CallerAuthentication.JwtSection}. 'ToolRuntime.Gateway keys new <name>' makes a key and says where it goes."]);
        }

        if (Anonymous is not null)
        {
            Log.Open(logger);
        }

        metrics.RegisterCaller(Caller.JwtLabel);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _changes?.Dispose();

    private void ReadAgain()
    {
        lock (_reading)
        {
            if (KeysFile.ProblemOf(configuration) is { } problem)
            {
                Log.Unreadable(logger, problem);
            }

            try
            {
                _entries = Read();
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
            {
                Log.Wrong(logger, exception.Message);
                return;
            }

            Log.Read(logger, _entries.Keys.Length);
        }
    }

    private Entries Read()
    {
        var (options, common) = (access.Create(Options.DefaultName), limits.Create(Options.DefaultName));
        ApiKey[] keys =
        [
            .. options.Keys.Select(key => new ApiKey(
                Caller.WithKey(key.Key, new ToolScope(key.Value.Tools), key.Value.Limits.Or(common)),
                Convert.FromHexString(key.Value.Sha256))),
        ];
        foreach (var key in keys)
        {
            metrics.RegisterCaller(key.Caller.Label);
        }

        var isOpen = environment.IsDevelopment() && keys.Length == 0 && options.KeysFile.Length == 0 && !_takesJwts;
        return new Entries(keys, common, isOpen ? CallerAuthentication.Success(Caller.Anonymous(common)) : null);
    }

    private sealed record Entries(ApiKey[] Keys, CallLimits Limits, AuthenticateResult? Anonymous);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Everybody on this machine may call: this is Development, and neither keys nor JWTs are set up.")]
        public static partial void Open(ILogger logger);

        [LoggerMessage(2, LogLevel.Information, "The settings have changed; {Count} keys are in force.")]
        public static partial void Read(ILogger logger, int count);

        [LoggerMessage(3, LogLevel.Error, "The keys and limits stay as they were, since the settings are wrong: {Problem}")]
        public static partial void Wrong(ILogger logger, string problem);

        [LoggerMessage(4, LogLevel.Error, "The keys' file stays as it was, since it cannot be read: {Problem}")]
        public static partial void Unreadable(ILogger logger, string problem);
    }
}
