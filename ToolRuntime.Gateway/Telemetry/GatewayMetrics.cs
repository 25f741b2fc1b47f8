using System.Diagnostics.Metrics;
using ToolRuntime.ServiceDefaults.Telemetry;

namespace ToolRuntime.Gateway.Telemetry;

/// <summary>What the gateway itself counts. What runs, the executors count.</summary>
internal sealed class GatewayMetrics
{
    private readonly Counter<long> _refusals;

    public GatewayMetrics(IMeterFactory meterFactory) =>
        _refusals = meterFactory.Create(RuntimeTelemetry.OperationsMeterName).CreateCounter<long>(
            "runtime_gateway_refusals_total", description: "Total requests that the gateway refused");

    /// <summary>Starts a caller's counters at zero, since PromQL's rate() cannot see a series that is born at one.</summary>
    public void RegisterCaller(string label)
    {
        foreach (var reason in RefusalReason.OfCallers)
        {
            Add(0, label, reason);
        }
    }

    public void RecordRefusal(string label, string reason) => Add(1, label, reason);

    private void Add(long count, string caller, string reason) => _refusals.Add(count, new("caller", caller), new("reason", reason));
}

/// <summary>Why requests are refused, as values of the label <c>reason</c>.</summary>
internal static class RefusalReason
{
    /// <summary>Nobody that is known.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>A tool out of the caller's scope.</summary>
    public const string Scope = "scope";

    /// <summary>Too many calls a second.</summary>
    public const string Rate = "rate";

    /// <summary>Too many calls at once.</summary>
    public const string Concurrency = "concurrency";

    /// <summary>A body longer than the caller's may be.</summary>
    public const string Size = "size";

    /// <summary>All callers' bodies together fill the gateway's room for them.</summary>
    public const string Memory = "memory";

    public static IReadOnlyList<string> OfCallers { get; } = [Scope, Rate, Concurrency, Size, Memory];
}
