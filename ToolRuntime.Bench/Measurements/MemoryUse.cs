using System.Globalization;

namespace ToolRuntime.Bench.Measurements;

/// <summary>What processes hold, in bytes.</summary>
internal static class MemoryUse
{
    /// <summary>What only this process holds, and would be free without it.</summary>
    public static long Unique(int pid) => Sum($"/proc/{pid}/smaps_rollup", "Private_Clean:", "Private_Dirty:");

    public static long Resident(int pid) => Sum($"/proc/{pid}/status", "VmRSS:");

    /// <summary>The workers of an executor: what its fork server has forked, or what it has started itself.</summary>
    public static IEnumerable<int> Workers(int executor) =>
        Children(executor).SelectMany(child => Children(child).ToArray() is { Length: > 0 } forked ? forked : [child]);

    private static IEnumerable<int> Children(int pid) =>
        Directory.GetDirectories($"/proc/{pid}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static long Sum(string file, params string[] names) =>
        1024 * File.ReadLines(file)
            .Where(line => names.Any(name => line.StartsWith(name, StringComparison.Ordinal)))
            .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
}
