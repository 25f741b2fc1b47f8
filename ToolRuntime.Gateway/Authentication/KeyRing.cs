using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>
/// The keys in force. They are read again whenever the settings change; where those are wrong, the ones before stay.
/// </summary>
internal sealed partial class KeyRing(
    IOptionsFactory<AccessOptions> settings, IConfiguration configuration, IHostEnvironment environment, ILogger<KeyRing> logger)
    : IHostedService, IDisposable
{
    private readonly Lock _reading = new();
    private IDisposable? _changes;
    private volatile ApiKey[] _keys = [];

    public bool TakesJwts { get; } = CallerAuthentication.TakesJwts(configuration);

    /// <summary>
    /// Nobody who calls from this machine is asked who they are: in Development, as long as nothing is set up to tell.
    /// </summary>
    public bool IsOpen { get; private set; }

    /// <returns>The key that was presented; null where it is none of these.</returns>
    public ApiKey? Find(ReadOnlySpan<char> presented)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        ApiKey.Hash(presented, digest);
        ApiKey? found = null;
        // To the end, wherever it is found: the time tells nothing.
        foreach (var key in _keys)
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
            Take(settings.Create(Options.DefaultName));
        }

        if (_keys.Length == 0 && !TakesJwts && !environment.IsDevelopment())
        {
            throw new OptionsValidationException(
                Options.DefaultName,
                typeof(AccessOptions),
                [$"Nobody could call: outside Development a caller needs a key or a JWT, and there is neither {AccessOptions.Section}:{nameof(AccessOptions.Keys)} nor {CallerAuthentication.JwtSection}. 'ToolRuntime.Gateway keys new <name>' makes a key and says where it goes."]);
        }

        if (IsOpen)
        {
            Log.Open(logger);
        }

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
                Take(settings.Create(Options.DefaultName));
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
            {
                Log.Wrong(logger, exception.Message);
                return;
            }

            Log.Read(logger, _keys.Length);
        }
    }

    private void Take(AccessOptions options)
    {
        _keys =
        [
            .. options.Keys.Select(key => new ApiKey(
                new Caller(key.Key, key.Key, new ToolScope(key.Value.Tools)), Convert.FromHexString(key.Value.Sha256))),
        ];
        IsOpen = environment.IsDevelopment() && _keys.Length == 0 && options.KeysFile.Length == 0 && !TakesJwts;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Everybody on this machine may call: this is Development, and neither keys nor JWTs are set up.")]
        public static partial void Open(ILogger logger);

        [LoggerMessage(2, LogLevel.Information, "The settings have changed; {Count} keys are in force.")]
        public static partial void Read(ILogger logger, int count);

        [LoggerMessage(3, LogLevel.Error, "The keys stay as they were, since the settings are wrong: {Problem}")]
        public static partial void Wrong(ILogger logger, string problem);

        [LoggerMessage(4, LogLevel.Error, "The keys' file stays as it was, since it cannot be read: {Problem}")]
        public static partial void Unreadable(ILogger logger, string problem);
    }
}
