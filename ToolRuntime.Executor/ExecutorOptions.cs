using System.ComponentModel.DataAnnotations;
using ToolRuntime.Executor.Tools;
using ToolRuntime.Executor.Workers;

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

    /// <summary>
    /// Where bundles of tools are kept; executors of one machine may share it. Empty: a folder beside the executor's own files.
    /// </summary>
    public string CachePath { get; set; } = "";

    /// <summary>
    /// What holds a tool's process to its rules: <c>none</c>, <c>landlock</c> or <c>strict</c> (bubblewrap). Empty: landlock
    /// where the kernel has it, else none. One that is named and not to be had is an error of the start.
    /// </summary>
    public string Sandbox { get; set; } = "";

    /// <summary>Where each worker gets a folder to write to, while it lives. Empty: a folder beside the executor's own files.</summary>
    public string ScratchPath { get; set; } = "";

    /// <summary>A call's time-out where neither the caller nor the tool names a shorter one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a tool's module may take to load.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a process that was asked to end may take until it is killed.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan KillGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long calls may go on once the executor is stopping.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>What calls share of a tool that does not say so itself.</summary>
    public Isolation Isolation { get; set; } = Isolation.PerCall;

    /// <summary>How many calls run at once.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrency { get; set; } = 64;

    /// <summary>How many calls wait for their turn; past it they are refused.</summary>
    [Range(0, 1_000_000)]
    public int MaxQueued { get; set; } = 1000;

    /// <summary>How long a call waits for its turn until it is refused.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MaxQueueTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest input, and the longest config, in bytes of JSON.</summary>
    [Range(1, 100_000_000)]
    public int MaxInputBytes { get; set; } = 10_000_000;

    /// <summary>The longest result, in bytes of JSON.</summary>
    [Range(1, 100_000_000)]
    public int MaxResultBytes { get; set; } = 10_000_000;

    /// <summary>How much of what one call prints is kept, in bytes of UTF-8; the rest is read and discarded.</summary>
    [Range(0, 100_000_000)]
    public int MaxPrintedBytes { get; set; } = 1_000_000;

    /// <summary>How much CPU time one process of a tool may use.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CpuTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How large the address space of a tool's process may be. Bun takes some 550 MB of it for itself.</summary>
    [Range(ToolSettings.LeastAddressSpaceBytes, 1_000_000_000_000)]
    public long AddressSpaceBytes { get; set; } = 1_000_000_000;

    /// <summary>How many descriptors a tool's process may have open at once.</summary>
    [Range(ToolSettings.LeastOpenFiles, 1_000_000)]
    public int OpenFiles { get; set; } = 256;

    /// <summary>How many calls of one tool run at once.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrencyPerTool { get; set; } = 64;
}
