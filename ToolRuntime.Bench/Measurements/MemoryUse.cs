using System.Globalization;

namespace ToolRuntime.Bench.Measurements;

/// <summary>What processes hold, in bytes.</summary>
internal static class MemoryUse
{
    /// <summary>What only this process holds, and would be free without it.</summary>
    public static long Unique(int pid) => Sum($"/proc/{pid}/smaps_rollup", "Private_Clean:", "Private_Dirty:");

    public static long Resident(int pid) => Sum($"/proc/{pid}/status", "VmRSS:");

    public static IEnumerable<int> Children(int pid) =>
        Directory.GetDirectories($"/proc/{pid}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static long Sum(string file, params string[] names) =>
        1024 * File.ReadLines(file)
            .Where(line => names.Any(name => line.StartsWith(name, StringComparison.Ordinal)))
            .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
}
