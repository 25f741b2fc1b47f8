using System.Globalization;

namespace ToolRuntime.Bench.Results;

/// <summary>What a figure should be.</summary>
internal sealed record Bound(double Value, bool IsLeast, string Unit)
{
    // A row that misses its bound by less is close enough to say where the time goes.
    private const double Near = 0.25;

    public static Bound AtLeast(double value, string unit) => new(value, IsLeast: true, unit);

    public static Bound AtMost(double value, string unit) => new(value, IsLeast: false, unit);

    public string Judge(double figure)
    {
        var miss = IsLeast ? 1 - (figure / Value) : (figure / Value) - 1;
        return miss <= 0 ? "reached" : miss <= Near ? "near" : "missed";
    }

    public string Format(double figure) => string.Create(CultureInfo.InvariantCulture, $"{figure:0.##} {Unit}");

    public override string ToString() => $"at {(IsLeast ? "least" : "most")} {Format(Value)}";
}
