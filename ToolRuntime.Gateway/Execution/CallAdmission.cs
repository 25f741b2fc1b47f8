using ToolRuntime.Gateway.Authentication;

namespace ToolRuntime.Gateway.Execution;

/// <summary>A call that its caller may make.</summary>
/// <param name="Place">Its place among its caller's calls; null where those are not counted.</param>
internal readonly record struct CallAdmission(Caller Caller, IDisposable? Place) : IDisposable
{
    public void Dispose() => Place?.Dispose();
}
