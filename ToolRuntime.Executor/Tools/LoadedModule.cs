namespace ToolRuntime.Executor.Tools;

/// <summary>A module as it was last looked at.</summary>
/// <param name="Tools">
/// What it gives to the catalog. Where its last version cannot be loaded, these are the tools of the one before, with the
/// reason.
/// </param>
internal sealed record LoadedModule(ToolSource Source, Bundle Bundle, IReadOnlyList<Tool> Tools)
{
    /// <param name="touched">Files that may have changed without their stamps telling.</param>
    public bool IsOutdated(IReadOnlySet<string> touched, Func<string, FileStamp> stampOf) =>
        (Bundle.Path.Length > 0 && !File.Exists(Bundle.Path))
        || Bundle.Inputs.Any(input => touched.Contains(input.Path) || stampOf(input.Path) != input.Stamp);

    /// <summary>Whether a tool that could run before cannot be loaded now, or is not there.</summary>
    public bool IsLessThan(LoadedModule before) =>
        before.Tools.Any(old => old.Module is not null && !Tools.Any(tool => tool.Id == old.Id && tool.LoadError.Length == 0));
}
