using Google.Rpc;
using Grpc.Core;

namespace ToolRuntime.Client;

/// <summary>When a call that has not started is tried again.</summary>
internal sealed class CallRetries(ToolRuntimeClientOptions options)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    private int _tried;

    /// <returns>How long to wait before; null where the call is not to be tried again.</returns>
    public TimeSpan? Next(RpcException exception)
    {
        if (_tried >= options.MaxRetries || DelayAfter(exception) is not { } delay || delay > options.MaxRetryDelay)
        {
            return null;
        }

        _tried++;
        return delay;
    }

    private TimeSpan? DelayAfter(RpcException exception) => exception.StatusCode switch
    {
        StatusCode.ResourceExhausted when exception.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay is { } asked =>
            Spread(asked.ToTimeSpan()),
        StatusCode.Unavailable when CallStart.IsRuledOutBy(exception) => Spread(FirstDelay * Math.Pow(2, _tried)),
        _ => null,
    };

    // Those who were refused at once do not come back at once.
    private static TimeSpan Spread(TimeSpan delay) => delay * (1 + (Random.Shared.NextDouble() / 4));
}
