using Google.Protobuf.WellKnownTypes;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Gateway.Executors.Balancing;

namespace ToolRuntime.Gateway.Execution;

/// <summary>One call, from its arrival at the gateway to its answer.</summary>
internal sealed class RunningCall : IDisposable
{
    private readonly CallAdmission _admission;
    private readonly CallerDeparture _departure;
    private readonly Action<RunningCall> _onEnd;
    private readonly TimeProvider _time;
    private readonly TimeSpan? _timeout;

    /// <param name="admission">Disposed of with the call.</param>
    /// <param name="deadline">
    /// The caller's own; <see cref="DateTime.MaxValue"/> where it has none. It travels as the call's time-out and not as
    /// gRPC's deadline, so that the executor's timer is the one that ends the run and records it.
    /// </param>
    public RunningCall(
        ExecuteToolRequest request,
        CallAdmission admission,
        DateTime deadline,
        TimeProvider time,
        Action<RunningCall> onEnd,
        CancellationToken callerGone)
    {
        Request = request;
        _admission = admission;
        _time = time;
        _onEnd = onEnd;
        Arrival = time.GetTimestamp();
        if (deadline < DateTime.MaxValue)
        {
            Shorten(deadline - time.GetUtcNow().UtcDateTime);
        }

        _timeout = TimeoutOf(request);
        _departure = new CallerDeparture(deadline, time, callerGone);
    }

    /// <summary>When it came in, as <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    public long Arrival { get; }

    /// <summary>Who made it.</summary>
    public Caller Caller => _admission.Caller;

    /// <summary>What the executor is asked.</summary>
    public ExecuteToolRequest Request { get; }

    public CallRoute Route { get; } = new();

    /// <summary>Cancels the call at the executor.</summary>
    public CancellationToken Token => _departure.Token;

    /// <summary>Cancels the call as if its caller had gone away.</summary>
    public void Cancel() => _departure.Cancel();

    /// <summary>Takes off what passed of the time-out, for another executor that counts anew.</summary>
    public void CountFromArrival()
    {
        if (_timeout is { } timeout)
        {
            Shorten(timeout - _time.GetElapsedTime(Arrival));
        }
    }

    public void Dispose()
    {
        _onEnd(this);
        _departure.Dispose();
        _admission.Dispose();
    }

    private void Shorten(TimeSpan remaining)
    {
        // At least a moment, since zero is no time-out.
        var timeout = Duration.FromTimeSpan(remaining > TimeSpan.Zero ? remaining : TimeSpan.FromMilliseconds(1));
        if (Request.Timeout is null || timeout.CompareTo(Request.Timeout) < 0)
        {
            Request.Timeout = timeout;
        }
    }

    // One that is no valid duration is the executor's to refuse.
    private static TimeSpan? TimeoutOf(ExecuteToolRequest request)
    {
        try
        {
            return request.Timeout?.ToTimeSpan();
        }
        catch (Exception exception) when (exception is InvalidOperationException or OverflowException)
        {
            return null;
        }
    }
}
