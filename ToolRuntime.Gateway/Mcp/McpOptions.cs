using System.ComponentModel.DataAnnotations;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>The settings of the section <c>Gateway:Mcp</c>.</summary>
internal sealed class McpOptions
{
    public const string Section = $"{GatewayOptions.Section}:Mcp";

    /// <summary>How long a session without an open request is kept. A client that comes later has to begin anew.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan SessionIdleTimeout { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How many sessions without an open request are kept; past them the oldest end.</summary>
    [Range(1, 1_000_000)]
    public int MaxIdleSessions { get; set; } = 1_000;

    /// <summary>How many clients may listen for changes of the tools at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxListeners { get; set; } = 1_000;

    /// <summary>
    /// The origins of web pages, as <c>https://inspector.example</c>, that may use the endpoint beside those on the loopback. What is no
    /// web page has none, and is not asked.
    /// </summary>
    public IList<string> AllowedOrigins { get; set; } = [];
}
