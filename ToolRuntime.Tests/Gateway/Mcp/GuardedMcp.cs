namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>A gateway that asks MCP's callers who they are, and holds some to limits.</summary>
public sealed class GuardedMcp : IAsyncLifetime
{
    public GuardedMcp()
    {
        SlowKey = Guarded.AddLimited("slow", new() { CallsPerSecond = 0.01 });
        ShortKey = Guarded.AddLimited("short", new() { RequestBytes = 2000 });
        Guarded.Cluster.GatewaySettings["Gateway__Mcp__AllowedOrigins__0"] = "https://inspector.example";
    }

    internal GuardedCluster Guarded { get; } = new();

    /// <summary>A key for one call in a hundred seconds.</summary>
    internal string SlowKey { get; }

    /// <summary>A key for requests of at most 2,000 bytes.</summary>
    internal string ShortKey { get; }

    internal Uri Endpoint => new(Guarded.Cluster.Gateway.Http, "/mcp");

    public ValueTask InitializeAsync() => Guarded.InitializeAsync();

    public ValueTask DisposeAsync() => Guarded.DisposeAsync();
}
