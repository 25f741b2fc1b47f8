using System.Globalization;
using System.Text;

namespace ToolRuntime.Tests.Panels;

/// <summary>
/// Every metric of two executors whose values are known at each moment: counters grow at constant rates, so that each
/// panel has one right answer. <c>alpha/fast</c> succeeds on executor-0, <c>beta/broken</c> fails on executor-1.
/// </summary>
internal static class SampleMetrics
{
    public const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private static readonly double[] SecondsBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    private static readonly double[] BytesBounds = [100, 1000, 10000, 100000, 1000000, 10000000];
    private static readonly double[] StartBounds = [0.0001, 0.001, 0.01, 0.1, 1];

    /// <summary>What one executor's metrics are after that many seconds.</summary>
    public static string Scrape(string executor, double seconds)
    {
        var text = new StringBuilder();
        foreach (var (name, kind, series) in Families.Where(family => family.Executor == executor).GroupBy(family => (family.Name, family.Kind), (key, all) => (key.Name, key.Kind, all)))
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {kind}\n");
            foreach (var one in series.SelectMany(family => family.Series))
            {
                text.Append(CultureInfo.InvariantCulture, $"{one.Name}{{{one.Labels}}} {one.At(seconds):R}{one.Exemplar}\n");
            }
        }

        return text.Append("# EOF\n").ToString();
    }

    /// <summary>The same metrics as Prometheus would have seen them from one moment to another.</summary>
    public static string History(DateTimeOffset from, DateTimeOffset to, TimeSpan interval)
    {
        var text = new StringBuilder();
        foreach (var family in Families)
        {
            foreach (var one in family.Series)
            {
                Append(text, $"{one.Name}{{{one.Labels},instance=\"{family.Executor}\",job=\"{family.Executor}\"}}", one.At);
            }
        }

        foreach (var executor in (string[])["executor-0", "executor-1"])
        {
            Append(text, $"up{{instance=\"{executor}\",job=\"{executor}\"}}", _ => 1);
        }

        return text.Append("# EOF\n").ToString();

        void Append(StringBuilder target, string series, Func<double, double> at)
        {
            for (var time = from; time <= to; time += interval)
            {
                target.Append(CultureInfo.InvariantCulture, $"{series.Replace("{,", "{", StringComparison.Ordinal)} {at((time - from).TotalSeconds):R} {time.ToUnixTimeMilliseconds() / 1000.0:R}\n");
            }
        }
    }

    private static readonly Family[] Families =
    [
        Histogram("executor-0", "runtime_tool_execute_seconds", "tool_id=\"alpha/fast\",outcome=\"success\"", SecondsBounds, value: 0.02, perSecond: 2),
        Histogram("executor-1", "runtime_tool_execute_seconds", "tool_id=\"beta/broken\",outcome=\"error\"", SecondsBounds, value: 0.4, perSecond: 0.25),
        Histogram("executor-1", "runtime_tool_execute_seconds", "tool_id=\"beta/broken\",outcome=\"timeout\"", SecondsBounds, value: 2, perSecond: 0.25, TraceId),
        Counter("executor-0", "runtime_tool_errors", "tool_id=\"alpha/fast\",error_kind=\"wait\"", 0),
        Counter("executor-1", "runtime_tool_errors", "tool_id=\"beta/broken\",error_kind=\"wait\"", 0.25),
        Counter("executor-1", "runtime_tool_errors", "tool_id=\"beta/broken\",error_kind=\"timeout\"", 0.25),
        Counter("executor-1", "runtime_tool_errors", "tool_id=\"unknown\",error_kind=\"start\"", 0),
        Counter("executor-0", "runtime_tool_timeouts", "tool_id=\"alpha/fast\"", 0),
        Counter("executor-1", "runtime_tool_timeouts", "tool_id=\"beta/broken\"", 0.25),
        Counter("executor-0", "runtime_bun_process_exits", "status=\"exit\",code=\"0\",signal=\"\"", 2),
        Counter("executor-1", "runtime_bun_process_exits", "status=\"signal\",code=\"137\",signal=\"SIGKILL\"", 0.5),
        Histogram("executor-0", "runtime_tool_output_bytes", "tool_id=\"alpha/fast\"", BytesBounds, value: 500, perSecond: 2),
        Gauge("executor-0", "runtime_tool_executions_active", "tool_id=\"alpha/fast\"", 3),
        Gauge("executor-1", "runtime_tool_executions_active", "tool_id=\"beta/broken\"", 1),
        Gauge("executor-0", "runtime_executions_queued", "", 3),
        Gauge("executor-1", "runtime_executions_queued", "", 4),
        Counter("executor-1", "runtime_executions_rejected", "reason=\"queue_full\"", 0.1),
        Gauge("executor-0", "runtime_workers", "state=\"idle\"", 6),
        Gauge("executor-1", "runtime_workers", "state=\"busy\"", 4),
        Gauge("executor-1", "runtime_workers", "state=\"starting\"", 1),
        Histogram("executor-0", "runtime_worker_start_seconds", "start=\"prewarmed\"", StartBounds, value: 0.0005, perSecond: 2.3),
        Histogram("executor-1", "runtime_worker_start_seconds", "start=\"cold\"", StartBounds, value: 0.05, perSecond: 0.2),
        Histogram("executor-0", "runtime_queue_wait_seconds", "", StartBounds, value: 0.00005, perSecond: 2.5),
        Histogram("executor-0", "runtime_tool_cpu_seconds", "tool_id=\"alpha/fast\"", SecondsBounds, value: 0.05, perSecond: 2),
        Counter("executor-1", "runtime_tool_cancellations", "tool_id=\"beta/broken\"", 0.05),
    ];

    private static Family Counter(string executor, string name, string labels, double perSecond) =>
        new(executor, name, "counter", [new Series($"{name}_total", labels, seconds => perSecond * seconds)]);

    private static Family Gauge(string executor, string name, string labels, double value) =>
        new(executor, name, "gauge", [new Series(name, labels, _ => value)]);

    private static Family Histogram(
        string executor, string name, string labels, double[] bounds, double value, double perSecond, string? traceId = null)
    {
        var comma = labels.Length > 0 ? "," : "";
        return new Family(executor, name, "histogram",
        [
            .. bounds.Append(double.PositiveInfinity).Select(bound => new Series(
                $"{name}_bucket",
                string.Create(CultureInfo.InvariantCulture, $"{labels}{comma}le=\"{(double.IsInfinity(bound) ? "+Inf" : bound)}\""),
                seconds => value <= bound ? perSecond * seconds : 0,
                // An exemplar stands in the bucket that its value falls into.
                traceId is not null && value <= bound && bounds.All(lower => lower >= bound || value > lower)
                    ? string.Create(CultureInfo.InvariantCulture, $" # {{trace_id=\"{traceId}\"}} {value}")
                    : "")),
            new Series($"{name}_sum", labels, seconds => value * perSecond * seconds),
            new Series($"{name}_count", labels, seconds => perSecond * seconds),
        ]);
    }

    private sealed record Family(string Executor, string Name, string Kind, IReadOnlyList<Series> Series);

    private sealed record Series(string Name, string Labels, Func<double, double> At, string Exemplar = "");
}
