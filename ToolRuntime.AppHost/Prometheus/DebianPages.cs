namespace ToolRuntime.AppHost.Prometheus;

/// <summary>
/// Debian's Prometheus has the pages of before 2.x's new ones: at other addresses, and as files beside the program. The
/// address that shows a query is the same.
/// </summary>
internal static class DebianPages
{
    public const string Prefix = "/classic";

    /// <summary>Where the files of <c>/usr/bin/prometheus</c> are, or would be.</summary>
    public static string Folder(string program) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(program)!, "..", "share", "prometheus", "web")) + Path.DirectorySeparatorChar;
}
