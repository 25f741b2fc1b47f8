namespace ToolRuntime.Executor.Tools;

/// <summary>What tells without reading it that a file, a folder, or the lack of both, is probably as it was.</summary>
internal readonly record struct FileStamp(long Length, DateTime Modified, DateTime Created)
{
    /// <summary>Equal to no stamp that anything on disk has.</summary>
    public static FileStamp Unknown { get; } = new(long.MinValue, default, default);

    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists)
        {
            return new FileStamp(file.Length, file.LastWriteTimeUtc, file.CreationTimeUtc);
        }

        // A folder's times change with what comes and goes in it, which says nothing of the folder itself.
        return new FileStamp(Directory.Exists(path) ? -2 : -1, default, default);
    }
}
