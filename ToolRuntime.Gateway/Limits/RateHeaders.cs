using System.Globalization;

namespace ToolRuntime.Gateway.Limits;

/// <summary>Tells a caller with a rate how it stands, in the headers that IETF's draft-ietf-httpapi-ratelimit-headers had up to version 07, which clients know.</summary>
internal static class RateHeaders
{
    /// <summary>How many calls a caller may make at once after a pause.</summary>
    public static int BurstOf(CallLimits limits) => limits.Burst ?? Math.Max(1, (int)Math.Ceiling(limits.CallsPerSecond!.Value));

    /// <param name="remaining">How many it may make at once now.</param>
    public static void Write(IHeaderDictionary headers, CallLimits limits, long remaining)
    {
        var burst = BurstOf(limits);
        headers["RateLimit-Limit"] = burst.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
        // Seconds until it may make all of them again.
        headers["RateLimit-Reset"] = Math.Ceiling((burst - remaining) / limits.CallsPerSecond!.Value).ToString(CultureInfo.InvariantCulture);
    }
}
