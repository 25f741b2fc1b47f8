namespace ToolRuntime.Executor.Workers.Pool;

/// <summary>How much a tool is called of late: each call counts one, and half as much after every half-life.</summary>
internal sealed class Demand(TimeProvider time)
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(30);

    private double _calls;
    private long _countedAt = time.GetTimestamp();

    public double Current => _calls * Math.Pow(0.5, time.GetElapsedTime(_countedAt) / HalfLife);

    public void Count()
    {
        _calls = Current + 1;
        _countedAt = time.GetTimestamp();
    }
}
