namespace ToolRuntime.Bench.Measurements;

/// <summary>What came out of many runs of one scenario.</summary>
internal sealed class Percentiles(IEnumerable<TimeSpan> samples)
{
    private readonly TimeSpan[] _sorted = [.. samples.Order()];

    public TimeSpan P50 => At(0.50);

    public TimeSpan P99 => At(0.99);

    private TimeSpan At(double quantile) => _sorted[(int)(quantile * (_sorted.Length - 1))];
}
