using System.ComponentModel.DataAnnotations;

namespace ToolRuntime.Bench.Traffic;

/// <summary>The settings of the section <c>Traffic</c>.</summary>
internal sealed class TrafficOptions
{
    public const string Section = "Traffic";

    /// <summary>The gateway's gRPC endpoint.</summary>
    [Required]
    public Uri? Gateway { get; set; }

    /// <summary>Calls per second, bursts not counted.</summary>
    [Range(0.1, 200)]
    public double Rate { get; set; } = 8;

    /// <summary>How many calls come at once in a burst, which empties a pool of workers.</summary>
    [Range(0, 200)]
    public int Burst { get; set; } = 20;

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan BurstInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How many calls may be open at once; where they are, the next one waits.</summary>
    [Range(1, 1000)]
    public int MaxOpenCalls { get; set; } = 64;

    /// <summary>When the traffic ends by itself.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Duration { get; set; } = TimeSpan.FromMinutes(15);
}
