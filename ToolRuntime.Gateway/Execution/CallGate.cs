using Grpc.Core;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Gateway.Executors;
using ToolRuntime.Gateway.Limits;
using ToolRuntime.Gateway.Telemetry;

namespace ToolRuntime.Gateway.Execution;

/// <summary>What the caller of the request at hand may see and do. Every door passes it.</summary>
internal sealed class CallGate(IHttpContextAccessor http, ExecutorDirectory directory, CallLimiter limiter, GatewayMetrics metrics)
{
    /// <summary>The tools that the caller may call, by id.</summary>
    public IReadOnlyList<Tool> Tools
    {
        get
        {
            var scope = Caller.Scope;
            return scope.IsEverything ? directory.Tools : [.. directory.Tools.Where(tool => scope.Allows(tool.Id))];
        }
    }

    /// <summary>Whether the tool, where there is one of that id, is among them.</summary>
    public bool Shows(string toolId) => Caller.Scope.Allows(toolId);

    private Caller Caller => CallerIdentity.CallerOf(http.HttpContext)
        ?? throw new RpcException(new(StatusCode.Unauthenticated, "Nobody is known to call."));

    /// <returns>To be disposed of at the call's end.</returns>
    /// <exception cref="RpcException">The caller may not make the call, or not now.</exception>
    public CallAdmission Admit(ExecuteToolRequest request)
    {
        var caller = Caller;
        if (!caller.Scope.Allows(request.ToolId))
        {
            metrics.RecordRefusal(caller.Label, RefusalReason.Scope);
            // The same whether there is such a tool or not.
            throw new RpcException(new(StatusCode.PermissionDenied, $"'{caller.Name}' may not call {Named(request.ToolId)}."));
        }

        return new CallAdmission(caller, limiter.Acquire(caller, http.HttpContext!));
    }

    /// <summary>Whether the caller may end a call that the other made: its own, and with a scope of every tool anybody's.</summary>
    public bool MayCancel(Caller other) => MayCancelAny() || Caller.IsSameAs(other);

    /// <summary>Whether the caller may end calls of which nobody knows here who made them, since they came in elsewhere.</summary>
    public bool MayCancelAny() => Caller.Scope.IsEverything;

    // A longer one is no tool's, and no header holds just any.
    private static string Named(string toolId) => toolId.Length <= ToolScope.MaxIdLength ? $"the tool '{toolId}'" : "a tool of such an id";
}
