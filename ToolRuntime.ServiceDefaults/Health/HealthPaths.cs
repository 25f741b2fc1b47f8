namespace ToolRuntime.ServiceDefaults;

/// <summary>Where a service answers for its health over HTTP.</summary>
public static class HealthPaths
{
    /// <summary>Every check: is the service ready for calls.</summary>
    public const string Health = "/health";

    /// <summary>Only the checks tagged <c>live</c>: does the process answer at all.</summary>
    public const string Alive = "/alive";
}
