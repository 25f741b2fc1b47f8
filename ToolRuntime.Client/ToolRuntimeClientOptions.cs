namespace ToolRuntime.Client;

/// <summary>The settings of the section <c>ToolRuntimeClient</c>.</summary>
public sealed class ToolRuntimeClientOptions
{
    public const string Section = "ToolRuntimeClient";

    /// <summary>
    /// The gateway's gRPC endpoint: <c>http://host:5081</c>, or <c>dns:///host:5081</c>, which spreads the calls over all addresses behind the
    /// name. Where there is none, the endpoints <c>grpc</c> of the service <see cref="ServiceName"/> are taken from the configuration, as
    /// Aspire's <c>WithReference(gateway)</c> leaves them there.
    /// </summary>
    public Uri? Address { get; set; }

    /// <summary>The gateway's name in service discovery.</summary>
    public string ServiceName { get; set; } = "gateway";

    /// <summary>Sent as <c>Authorization: Bearer</c> with every call; null where the gateway asks for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// How often a call is tried again that has certainly not started: the gateway refused it for load, or nobody could take it.
    /// A call that may have run is never tried again.
    /// </summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>
    /// The longest wait before a retry. A gateway that asks for a longer one is not waited for: the refusal is the caller's.
    /// </summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(10);
}
