using System.ComponentModel.DataAnnotations;

namespace ToolRuntime.Gateway.Limits;

/// <summary>How much one caller may ask for.</summary>
internal record CallLimits
{
    private const double MaxRate = 1_000_000;

    /// <summary>How many calls a second it may make in the long run. Not set: any number.</summary>
    [Range(0.001, MaxRate)]
    public double? CallsPerSecond { get; set; }

    /// <summary>How many it may make at once after a pause. Not set: those of one second, and at least one.</summary>
    [Range(1, (int)MaxRate)]
    public int? Burst { get; set; }

    /// <summary>How many of its calls may be under way at once; past it they are refused.</summary>
    [Range(1, 1_000_000)]
    public int? ConcurrentCalls { get; set; }

    /// <summary>The longest body of its requests, in bytes. Not set: <c>Gateway:MaxMessageBytes</c>, above which it has no effect.</summary>
    [Range(1, int.MaxValue)]
    public int? RequestBytes { get; set; }

    /// <summary>These, where they say something, else the others.</summary>
    public CallLimits Or(CallLimits others) => new()
    {
        CallsPerSecond = CallsPerSecond ?? others.CallsPerSecond,
        // A rate of its own has a burst of its own.
        Burst = Burst ?? (CallsPerSecond is null ? others.Burst : null),
        ConcurrentCalls = ConcurrentCalls ?? others.ConcurrentCalls,
        RequestBytes = RequestBytes ?? others.RequestBytes,
    };
}

/// <summary>The settings of the section <c>Limits</c>, which hold for each caller whose key says nothing else.</summary>
internal sealed record CommonLimits : CallLimits
{
    public const string Section = "Limits";

    private const int UsualConcurrentCalls = 1000;

    public CommonLimits() => ConcurrentCalls = UsualConcurrentCalls;
}
