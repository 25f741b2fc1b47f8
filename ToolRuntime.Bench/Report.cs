using System.Globalization;

namespace ToolRuntime.Bench;

internal static class Report
{
    public static void Print(string ours, string other, (Percentiles Ours, Percentiles Other) result) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ours}: p50 {result.Ours.P50.TotalMicroseconds:0.0} µs, p99 {result.Ours.P99.TotalMicroseconds:0} µs | {other}: p50 {result.Other.P50.TotalMicroseconds:0.0} µs | ratio {result.Other.P50 / result.Ours.P50:0.00}"));
}
