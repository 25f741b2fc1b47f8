namespace ToolRuntime.Gateway.Rest;

/// <summary>A tool's id within a path. It may hold slashes, which some clients escape and routing leaves escaped.</summary>
internal static class ToolPath
{
    private const string Execute = "/execute";

    public static string IdOf(string path) => path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <returns>The id of a path that ends in <c>/execute</c>; null for any other.</returns>
    public static string? IdToExecute(string path) =>
        path.EndsWith(Execute, StringComparison.Ordinal) ? IdOf(path[..^Execute.Length]) : null;
}
