using System.Globalization;

namespace ToolRuntime.Bench.Measurements;

/// <summary>The CPU time of this process and of all that it started, whether it has ended or not.</summary>
internal static class OwnCpuTime
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public static TimeSpan Read()
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<ProcessTimes>()
            .ToArray();
        var children = all.ToLookup(process => process.Parent);
        var ours = all.Where(process => process.Id == Environment.ProcessId).ToList();
        for (var i = 0; i < ours.Count; i++)
        {
            ours.AddRange(children[ours[i].Id]);
        }

        return ours.Sum(process => process.Ticks) * Tick;
    }

    private static ProcessTimes? Read(int id)
    {
        try
        {
            // The second field is a name in parentheses; the parent is the 4th; utime, stime, and the cutime and cstime of
            // children that have ended are the 14th to the 17th.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessTimes(id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    private sealed record ProcessTimes(int Id, int Parent, long Ticks);
}
