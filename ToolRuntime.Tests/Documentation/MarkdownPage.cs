namespace ToolRuntime.Tests.Documentation;

/// <summary>The tables of a page, by the headings that they stand under.</summary>
internal sealed class MarkdownPage(string[] lines)
{
    public static MarkdownPage Read(string path) => new(File.ReadAllLines(RepositoryFile.Path(path)));

    /// <summary>The first two cells of each row under these headings, whose first is code: without the marks of code.</summary>
    public IEnumerable<(string Name, string Default)> Rows(params string[] headings)
    {
        foreach (var heading in headings)
        {
            var at = Array.FindIndex(lines, line => line.TrimStart('#').Trim() == heading && line.StartsWith('#'));
            Assert.True(at >= 0, $"The page has no heading '{heading}'.");
            foreach (var line in lines.Skip(at + 1).TakeWhile(line => !line.StartsWith('#')).Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
            {
                var cells = line.Split('|', StringSplitOptions.TrimEntries);
                yield return (cells[1].Trim('`'), cells[2].Trim('`'));
            }
        }
    }
}
