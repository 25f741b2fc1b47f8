namespace ToolRuntime.AppHost.Programs;

/// <summary>The folders in which the user's programs are found by name: <c>PATH</c>.</summary>
internal static class SearchPath
{
    /// <summary>The program's full path; null where none of the folders has it.</summary>
    public static string? FindProgram(this IDistributedApplicationBuilder builder, string name)
    {
        var file = OperatingSystem.IsWindows() ? $"{name}.exe" : name;
        return (builder.Configuration["PATH"] ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }
}
