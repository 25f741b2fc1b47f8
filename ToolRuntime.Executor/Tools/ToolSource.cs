namespace ToolRuntime.Executor.Tools;

/// <summary>A module under the tools' root.</summary>
/// <param name="Id">Its path under the root, without the ending.</param>
/// <param name="IsEntrypoint">Whether it is the root's <c>index</c> or <c>entrypoint</c>, whose exports are tools each.</param>
internal sealed record ToolSource(string Id, string Path, bool IsEntrypoint)
{
    private static readonly string[] Endings = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs"];
    private static readonly string[] SkippedEndings = [".d.ts", ".d.mts", ".test.ts", ".test.tsx", ".test.js", ".spec.ts"];

    /// <summary>Every module that may be a tool, in the order of their paths.</summary>
    /// <exception cref="DirectoryNotFoundException">The root does not exist.</exception>
    public static IReadOnlyList<ToolSource> Find(string root)
    {
        if (!Directory.Exists(root))
        {
            throw new DirectoryNotFoundException($"{ToolsOptions.Section}:{nameof(ToolsOptions.Path)} names no folder: {root}");
        }

        return [.. Files(new DirectoryInfo(root)).Select(file => From(root, file)).OrderBy(source => source.Path, StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Files(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => entry.Name[0] != '.' && entry.Name != "node_modules"))
        {
            if (entry is DirectoryInfo child)
            {
                foreach (var file in Files(child))
                {
                    yield return file;
                }
            }
            else if (IsModule(entry.Name))
            {
                yield return entry.FullName;
            }
        }
    }

    private static bool IsModule(string name) =>
        Endings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal))
        && !SkippedEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));

    private static ToolSource From(string root, string file)
    {
        var id = System.IO.Path.ChangeExtension(System.IO.Path.GetRelativePath(root, file), null).Replace('\\', '/');
        return new ToolSource(id, file, IsEntrypoint: id is "index" or "entrypoint");
    }
}
