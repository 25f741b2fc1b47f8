using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>
/// A file of settings that is looked at every few seconds, since no system reports changes of mounted secrets reliably.
/// One that is not JSON leaves what it said before.
/// </summary>
internal sealed class KeysFile : JsonConfigurationSource
{
    private KeysFile(string path)
    {
        FileProvider = new PhysicalFileProvider(System.IO.Path.GetDirectoryName(path)!, ExclusionFilters.None)
        {
            UsePollingFileWatcher = true,
            UseActivePolling = true,
        };
        Path = System.IO.Path.GetFileName(path);
        ReloadOnChange = true;
    }

    /// <summary>Adds the file of <c>Authentication:KeysFile</c>, where that names one.</summary>
    public static void AddTo(IConfigurationManager configuration)
    {
        if (configuration[$"{AccessOptions.Section}:{nameof(AccessOptions.KeysFile)}"] is { Length: > 0 } path)
        {
            configuration.Add(new KeysFile(System.IO.Path.GetFullPath(path)));
        }
    }

    /// <summary>Why the file's last change is not in force; null where it is.</summary>
    public static string? ProblemOf(IConfiguration configuration) =>
        (configuration as IConfigurationRoot)?.Providers.OfType<Provider>().Select(provider => provider.Problem).FirstOrDefault();

    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        EnsureDefaults(builder);
        return new Provider(this);
    }

    private sealed class Provider(KeysFile source) : JsonConfigurationProvider(source)
    {
        private bool _hasLoaded;

        public string? Problem { get; private set; }

        public override void Load(Stream stream)
        {
            try
            {
                base.Load(stream);
                _hasLoaded = true;
                Problem = null;
            }
            catch (FormatException exception) when (_hasLoaded)
            {
                Problem = exception.Message;
            }
        }
    }
}
