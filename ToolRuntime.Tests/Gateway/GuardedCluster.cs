using System.Security.Cryptography;
using System.Text.Json;
using Grpc.Core;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Gateway.Limits;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway;

/// <summary>A cluster whose gateway asks callers who they are, as it does outside Development.</summary>
public sealed class GuardedCluster : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, object> _settings = [];

    /// <summary>A key for every tool.</summary>
    internal string Key { get; }

    /// <summary>A key for <c>text/*</c>.</summary>
    internal string TextKey { get; }

    /// <summary>A key for no tool.</summary>
    internal string MonitorKey { get; }

    /// <summary>Two keys for <c>spin</c>.</summary>
    internal string SpinKey { get; }

    /// <inheritdoc cref="SpinKey"/>
    internal string RivalKey { get; }

    internal Cluster Cluster { get; } = new();

    internal JwtIssuer Issuer { get; } = new();

    private string KeysFile => _folder.File("keys.json");

    public GuardedCluster()
    {
        (Key, TextKey, MonitorKey) = (Add("everything", "*"), Add("text", "text/*"), Add("monitor"));
        (SpinKey, RivalKey) = (Add("spinner", "spin"), Add("rival", "spin"));
    }

    public ValueTask InitializeAsync()
    {
        WriteKeys();
        Cluster.GatewaySettings["ASPNETCORE_ENVIRONMENT"] = "Production";
        Cluster.GatewaySettings["Authentication__KeysFile"] = KeysFile;
        foreach (var (name, value) in Issuer.GatewaySettings)
        {
            Cluster.GatewaySettings[name] = value;
        }

        Cluster.Http.DefaultRequestHeaders.Add("X-Api-Key", Key);
        return Cluster.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Adds a key, which is in force once the keys' file is written and read.</summary>
    internal string Add(string name, params string[] tools) => Add(name, new(), tools);

    /// <summary>A key for every tool, with limits of its own.</summary>
    internal string AddLimited(string name, CallLimits limits) => Add(name, limits, ["*"]);

    private string Add(string name, CallLimits limits, string[] tools)
    {
        var key = ApiKey.Create();
        var digest = new byte[SHA256.HashSizeInBytes];
        ApiKey.Hash(key, digest);
        _settings[name] = new { Sha256 = Convert.ToHexString(digest), Tools = tools, Limits = limits };
        return key;
    }

    internal void Remove(string name) => _settings.Remove(name);

    internal void WriteKeys() =>
        WriteKeys(JsonSerializer.Serialize(new { Authentication = new { Keys = _settings } }));

    internal void WriteKeys(string text) => File.WriteAllText(KeysFile, text);

    /// <summary>A client that presents what it is given, in a header.</summary>
    internal HttpClient Client(string? header = null, string? value = null)
    {
        var client = new HttpClient { BaseAddress = Cluster.Gateway.Http };
        if (header is not null)
        {
            client.DefaultRequestHeaders.Add(header, value);
        }

        return client;
    }

    /// <inheritdoc cref="Client"/>
    internal static Metadata Headers(string? header = null, string? value = null) => header is null ? [] : new() { { header, value! } };
}
