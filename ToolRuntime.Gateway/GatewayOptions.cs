using System.ComponentModel.DataAnnotations;

namespace ToolRuntime.Gateway;

/// <summary>The settings of the section <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>
    /// The longest request and the longest answer, in bytes. What an input and a result may be is the executor's to say;
    /// this bounds what the gateway holds in memory for one call.
    /// </summary>
    [Range(1_000, 500_000_000)]
    public int MaxMessageBytes { get; set; } = 32_000_000;

    /// <summary>
    /// How many bytes of requests the gateway holds in memory at once, of all callers together, each until it is answered.
    /// Past it requests are refused.
    /// </summary>
    [Range(1_000, 1_000_000_000_000)]
    public long MaxBufferedBytes { get; set; } = 256_000_000;

    /// <summary>How long who follows a call by gRPC may take nothing of what waits for them; then the call is ended.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan MaxReadPause { get; set; } = TimeSpan.FromMinutes(1);
}
