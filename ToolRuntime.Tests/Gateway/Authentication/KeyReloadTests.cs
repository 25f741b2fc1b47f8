using System.Net;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Authentication;

/// <summary>What becomes of keys while the gateway runs.</summary>
public sealed class KeyReloadTests(GuardedCluster guarded) : IClassFixture<GuardedCluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_come_change_and_go_without_a_restart_and_a_broken_file_changes_nothing()
    {
        var late = guarded.Add("late", "text/*");
        guarded.WriteKeys();
        await Eventually.True(async () => await ToolsAsync(late) == HttpStatusCode.OK, "the new key");
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(late));

        guarded.WriteKeys("""{ "Authentication": { "Keys": """);
        await Eventually.True(() => guarded.Cluster.Gateway.Output.Contains("The keys' file stays as it was", StringComparison.Ordinal), "the log of the broken file");
        Assert.Equal(HttpStatusCode.OK, await ToolsAsync(late));

        guarded.WriteKeys("""{ "Authentication": { "Keys": { "late": { "Sha256": "12", "Tools": ["*"] } } } }""");
        await Eventually.True(
            () => guarded.Cluster.Gateway.Output.Contains("Authentication:Keys:late:Sha256 is not a SHA-256", StringComparison.Ordinal), "the log of the wrong key");
        Assert.Equal(HttpStatusCode.OK, await ToolsAsync(late));

        guarded.Remove("late");
        guarded.WriteKeys();
        await Eventually.True(async () => await ToolsAsync(late) == HttpStatusCode.Unauthorized, "the key's end");
        Assert.Equal(HttpStatusCode.OK, await ToolsAsync(guarded.Key));

        guarded.WriteKeys("{}");
        await Eventually.True(async () => await ToolsAsync(guarded.Key) == HttpStatusCode.Unauthorized, "the end of all keys");
        using var nobody = guarded.Client();
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/v1/tools", Cancellation)).StatusCode);
    }

    private async Task<HttpStatusCode> ToolsAsync(string key)
    {
        using var client = guarded.Client("X-Api-Key", key);
        return (await client.GetAsync("/v1/tools", Cancellation)).StatusCode;
    }

    private async Task<HttpStatusCode> CallAsync(string key)
    {
        using var client = guarded.Client("X-Api-Key", key);
        using var content = new StringContent("1");
        return (await client.PostAsync("/v1/tools/echo/execute", content, Cancellation)).StatusCode;
    }
}
