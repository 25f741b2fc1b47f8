using System.ComponentModel.DataAnnotations;

namespace ToolRuntime.Executor;

/// <summary>The settings of the section <c>Executor</c>.</summary>
internal sealed class ExecutorOptions
{
    public const string Section = "Executor";

    /// <summary>What answers call this executor.</summary>
    [Required]
    public string Name { get; set; } = "executor";

    /// <summary>The Bun to run tools with. Empty: the one that npm installed above the executor's folder, else the one on PATH.</summary>
    public string BunPath { get; set; } = "";

    /// <summary>Where bundles of tools lie while the executor runs. Empty: a folder beside the executor's own files.</summary>
    public string CachePath { get; set; } = "";

    /// <summary>
    /// What holds a tool's process to its rules: <c>none</c>, <c>landlock</c> or <c>strict</c> (bubblewrap). Empty: landlock
    /// where the kernel has it, else none. One that is named and not to be had is an error of the start.
    /// </summary>
    public string Sandbox { get; set; } = "";

    /// <summary>A call's time-out where neither the caller nor the tool names a shorter one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a tool's module may take to load when the executor starts.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a process that was asked to end may take until it is killed.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan KillGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long calls may go on once the executor is stopping.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The longest input, and the longest config, in bytes of JSON.</summary>
    [Range(1, 100_000_000)]
    public int MaxInputBytes { get; set; } = 10_000_000;

    /// <summary>The longest result, in bytes of JSON.</summary>
    [Range(1, 100_000_000)]
    public int MaxResultBytes { get; set; } = 10_000_000;

    /// <summary>How much of what one call prints is kept, in bytes of UTF-8; the rest is read and discarded.</summary>
    [Range(0, 100_000_000)]
    public int MaxPrintedBytes { get; set; } = 1_000_000;
}
