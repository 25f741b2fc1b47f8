using System.ComponentModel.DataAnnotations;

namespace ToolRuntime.Executor.Workers.Pool;

/// <summary>The settings of the section <c>Executor:Pool</c>.</summary>
internal sealed class PoolOptions
{
    public const string Section = "Executor:Pool";

    /// <summary>How many workers wait for calls, over all tools. 0: every call starts its own.</summary>
    [Range(0, 1000)]
    public int Size { get; set; } = 8;

    /// <summary>How many of them have no tool loaded, and serve any; in the strict sandbox none can.</summary>
    [Range(0, 1000)]
    public int Unassigned { get; set; } = 2;

    /// <summary>A reused worker ends after this many calls.</summary>
    [Range(1, int.MaxValue)]
    public int ReusedMaxCalls { get; set; } = 10_000;

    /// <summary>A reused worker ends when it is this old.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ReusedMaxAge { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A reused worker ends when it has no call for this long.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ReusedMaxIdle { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A reused worker ends when its memory has grown by this many bytes since its first call.</summary>
    [Range(1_000_000L, long.MaxValue)]
    public long ReusedMaxGrowthBytes { get; set; } = 200_000_000;
}
