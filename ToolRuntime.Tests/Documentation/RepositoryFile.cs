namespace ToolRuntime.Tests.Documentation;

internal static class RepositoryFile
{
    public static string Path(string relative) => System.IO.Path.Combine(
        AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("ToolRuntime.Tests", StringComparison.Ordinal)], relative);
}
