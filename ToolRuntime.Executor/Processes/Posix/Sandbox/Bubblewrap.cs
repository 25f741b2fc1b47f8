namespace ToolRuntime.Executor.Processes.Posix.Sandbox;

/// <summary>The program bwrap, which starts another in namespaces of its own.</summary>
internal static class Bubblewrap
{
    /// <summary>Why it cannot be used, or null.</summary>
    public static string? Unavailable => "not supported yet";
}
