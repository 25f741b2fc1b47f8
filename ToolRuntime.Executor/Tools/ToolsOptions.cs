using System.ComponentModel.DataAnnotations;

namespace ToolRuntime.Executor.Tools;

/// <summary>The settings of the section <c>Tools</c>.</summary>
internal sealed class ToolsOptions
{
    public const string Section = "Tools";

    /// <summary>The tools' root folder.</summary>
    [Required]
    public string Path { get; set; } = "tools";
}
