using System.ComponentModel.DataAnnotations;

namespace ToolRuntime.Executor.Tools;

/// <summary>The settings of the section <c>Tools</c>.</summary>
internal sealed class ToolsOptions
{
    public const string Section = "Tools";

    /// <summary>The tools' root folder.</summary>
    [Required]
    public string Path { get; set; } = "tools";

    /// <summary>How often the tools' files are looked at, beside whenever the system reports a change.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan RescanInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the tools' files are looked at where the system cannot report changes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Settings for tools that do not declare them themselves, by patterns of their ids, in which <c>*</c> stands for any
    /// characters: <c>text/*</c>, or <c>*</c> for all tools.
    /// </summary>
    public Dictionary<string, ToolRule> Rules { get; } = new(StringComparer.Ordinal);
}
