namespace ToolRuntime.Bench.Results;

/// <summary>The results as a Markdown table, which a terminal shows well enough.</summary>
internal sealed class ResultTable
{
    private const string Begin = "<!-- results: written by ToolRuntime.Bench -->";
    private const string End = "<!-- end of results -->";

    private readonly List<string> _lines = ["| what | asked | measured | | of |", "| --- | --- | --- | --- | --- |"];

    public string Add(Row row, Figure figure)
    {
        var line = row.Bound is { } bound
            ? $"| {row.Title} | {bound} | {bound.Format(figure.Value)} | {bound.Judge(figure.Value)} | {figure.Detail} |"
            : $"| {row.Title} | | {Bound.AtLeast(0, "times").Format(figure.Value)} | | {figure.Detail} |";
        _lines.Add(line);
        return line;
    }

    /// <summary>Puts the table between the marks in a file.</summary>
    public async Task WriteAsync(string path)
    {
        var text = await File.ReadAllTextAsync(path);
        var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (start < Begin.Length || end < start)
        {
            throw new InvalidOperationException($"{path} has no place for the results: {Begin} and {End} on lines of their own.");
        }

        await File.WriteAllTextAsync(path, $"{text[..start]}\n{string.Join('\n', _lines)}\n{text[end..]}");
    }
}
