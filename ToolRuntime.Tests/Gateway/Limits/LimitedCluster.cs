namespace ToolRuntime.Tests.Gateway.Limits;

/// <summary>A guarded cluster with keys of different limits, and with little room for requests.</summary>
public sealed class LimitedCluster : IAsyncLifetime
{
    /// <summary>Far above what the gateway needs at rest, far below what unbounded buffers would take.</summary>
    internal const long MostMemory = 500_000_000;

    internal GuardedCluster Guarded { get; } = new();

    /// <summary>For three calls at once, and one more every two seconds.</summary>
    internal string SlowKey { get; }

    /// <summary>For one call every hundred seconds.</summary>
    internal string OnceKey { get; }

    /// <summary>For two calls at a time.</summary>
    internal string NarrowKey { get; }

    /// <summary>For requests of a thousand bytes.</summary>
    internal string SmallKey { get; }

    /// <summary>For twenty calls at once, and twenty more a second.</summary>
    internal string BurstKey { get; }

    public LimitedCluster()
    {
        SlowKey = Guarded.AddLimited("slow", new() { CallsPerSecond = 0.5, Burst = 3 });
        OnceKey = Guarded.AddLimited("once", new() { CallsPerSecond = 0.01 });
        NarrowKey = Guarded.AddLimited("narrow", new() { ConcurrentCalls = 2 });
        SmallKey = Guarded.AddLimited("small", new() { RequestBytes = 1000 });
        BurstKey = Guarded.AddLimited("burst", new() { CallsPerSecond = 20 });
        Guarded.Cluster.GatewaySettings["Gateway__MaxBufferedBytes"] = "40000000";
    }

    public ValueTask InitializeAsync() => Guarded.InitializeAsync();

    public ValueTask DisposeAsync() => Guarded.DisposeAsync();
}
