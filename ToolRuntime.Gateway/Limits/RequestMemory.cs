using Microsoft.Extensions.Options;

namespace ToolRuntime.Gateway.Limits;

/// <summary>How many bytes of requests the gateway holds, of all callers together.</summary>
internal sealed class RequestMemory(IOptions<GatewayOptions> options)
{
    private readonly long _most = options.Value.MaxBufferedBytes;
    private long _held;

    /// <returns>Whether there was room for them.</returns>
    public bool TryHold(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= _most)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
