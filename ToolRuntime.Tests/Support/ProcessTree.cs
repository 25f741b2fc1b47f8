using System.Globalization;

namespace ToolRuntime.Tests.Support;

/// <summary>The processes below another, as /proc has them.</summary>
internal static class ProcessTree
{
    public static IReadOnlyList<int> Of(int root)
    {
        var children = All().ToLookup(process => process.Parent, process => process.Id);
        var found = new List<int>();
        var next = new Queue<int>(children[root]);
        while (next.TryDequeue(out var id))
        {
            found.Add(id);
            foreach (var child in children[id])
            {
                next.Enqueue(child);
            }
        }

        return found;
    }

    /// <returns>Null where there is no such process.</returns>
    public static int? ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IEnumerable<(int Id, int Parent)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && ParentOf(id) is { } parent)
            {
                yield return (id, parent);
            }
        }
    }
}
