using Microsoft.Extensions.Options;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>Bounds how many clients hold a request open to hear of changes, be it in a session or without one.</summary>
internal sealed class ListenerPermits(IOptions<McpOptions> options)
{
    public const string Refusal = "Too many clients listen for changes.";

    private int _left = options.Value.MaxListeners;

    /// <returns>Null where there is none left.</returns>
    public IDisposable? TryTake()
    {
        if (Interlocked.Decrement(ref _left) >= 0)
        {
            return new Permit(this);
        }

        Interlocked.Increment(ref _left);
        return null;
    }

    private sealed class Permit(ListenerPermits permits) : IDisposable
    {
        public void Dispose() => Interlocked.Increment(ref permits._left);
    }
}
