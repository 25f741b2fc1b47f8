namespace ToolRuntime.Bench.Results;

/// <summary>One comparison.</summary>
/// <param name="Name">By which it is asked for on the command line.</param>
/// <param name="Bound">What is asked of the figure; null where it is only shown.</param>
internal sealed record Row(string Name, string Title, Bound? Bound, Func<Task<Figure>> MeasureAsync);

/// <param name="Value">What the bound is about.</param>
/// <param name="Detail">What it was made of.</param>
internal sealed record Figure(double Value, string Detail);
