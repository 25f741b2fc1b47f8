using System.Globalization;

namespace ToolRuntime.Bench.Measurements;

/// <summary>The CPU time of this process and of its children that have ended.</summary>
internal static class OwnCpuTime
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public static TimeSpan Read()
    {
        // The second field is a name in parentheses; utime, stime, cutime and cstime are the 14th to the 17th.
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) * Tick;
    }
}
