using Grpc.Core;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Authentication;
using ToolRuntime.Gateway.Executors;

namespace ToolRuntime.Gateway.Execution;

/// <summary>What the caller of the request at hand may see and do. Every door passes it.</summary>
internal sealed class CallGate(IHttpContextAccessor http, ExecutorDirectory directory)
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

    private Caller Caller => (http.HttpContext?.User.Identity as CallerIdentity)?.Caller
        ?? throw new RpcException(new(StatusCode.Unauthenticated, "Nobody is known to call."));

    /// <exception cref="RpcException">The caller may not make the call.</exception>
    public void Admit(ExecuteToolRequest request)
    {
        var caller = Caller;
        if (!caller.Scope.Allows(request.ToolId))
        {
            // The same whether there is such a tool or not.
            throw new RpcException(new(StatusCode.PermissionDenied, $"'{caller.Name}' may not call {Named(request.ToolId)}."));
        }
    }

    // A longer one is no tool's, and no header holds just any.
    private static string Named(string toolId) => toolId.Length <= ToolScope.MaxIdLength ? $"the tool '{toolId}'" : "a tool of such an id";
}
