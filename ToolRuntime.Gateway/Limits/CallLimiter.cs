using System.Threading.RateLimiting;
using Grpc.Core;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Gateway.Telemetry;

namespace ToolRuntime.Gateway.Limits;

/// <summary>
/// Holds each caller to its rate and to its calls at once. A limiter that nobody has used for some seconds is forgotten.
/// </summary>
internal sealed class CallLimiter(GatewayMetrics metrics) : IDisposable
{
    // When a place comes free nobody knows; the rate's limiters are filled up ten times a second.
    private static readonly TimeSpan ConcurrencyRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastRetry = TimeSpan.FromMilliseconds(100);

    private readonly PartitionedRateLimiter<Caller> _rate =
        PartitionedRateLimiter.Create<Caller, Partition>(caller => RateLimitPartition.Get(Partition.Of(caller), NewBucket));

    private readonly PartitionedRateLimiter<Caller> _concurrency =
        PartitionedRateLimiter.Create<Caller, Partition>(caller => RateLimitPartition.Get(Partition.Of(caller), NewPlaces));

    /// <returns>The call's place among its caller's, to be disposed of at its end; null where those are not counted.</returns>
    /// <exception cref="RpcException">The caller asks for more than it may.</exception>
    public IDisposable? Acquire(Caller caller, HttpContext context)
    {
        var place = caller.Limits.ConcurrentCalls is null ? null : _concurrency.AttemptAcquire(caller);
        if (place is { IsAcquired: false })
        {
            throw Refused(
                caller, RefusalReason.Concurrency, $"'{caller.Name}' has {caller.Limits.ConcurrentCalls} calls under way, which is as many as it may.", ConcurrencyRetry);
        }

        if (caller.Limits.CallsPerSecond is null)
        {
            return place;
        }

        using var permit = _rate.AttemptAcquire(caller);
        WriteHeaders(caller, context.Response);
        if (permit.IsAcquired)
        {
            return place;
        }

        place?.Dispose();
        permit.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        throw Refused(
            caller, RefusalReason.Rate, FormattableString.Invariant($"'{caller.Name}' may make {caller.Limits.CallsPerSecond} calls a second."), wait > LeastRetry ? wait : LeastRetry);
    }

    public void Dispose()
    {
        _rate.Dispose();
        _concurrency.Dispose();
    }

    private static TokenBucketRateLimiter NewBucket(Partition partition) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = RateHeaders.BurstOf(partition.Limits),
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1) / partition.Limits.CallsPerSecond!.Value,
        // The partitioned limiter does it for all.
        AutoReplenishment = false,
    });

    private static ConcurrencyLimiter NewPlaces(Partition partition) =>
        new(new ConcurrencyLimiterOptions { PermitLimit = partition.Limits.ConcurrentCalls!.Value });

    private void WriteHeaders(Caller caller, HttpResponse response)
    {
        if (!response.HasStarted && _rate.GetStatistics(caller) is { } statistics)
        {
            RateHeaders.Write(response.Headers, caller.Limits, statistics.CurrentAvailablePermits);
        }
    }

    private RpcException Refused(Caller caller, string reason, string message, TimeSpan retryAfter)
    {
        metrics.RecordRefusal(caller.Label, reason);
        return Exhausted.Until(retryAfter, message);
    }

    /// <summary>Who shares a limit. Other limits, after a change of the settings, are another.</summary>
    private readonly record struct Partition(string Caller, CallLimits Limits)
    {
        public static Partition Of(Caller caller) => new(caller.LimitedAs, caller.Limits);
    }
}
