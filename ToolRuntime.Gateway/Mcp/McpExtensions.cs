using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>MCP by the official SDK, over Streamable HTTP.</summary>
internal static class McpExtensions
{
    private const string Path = "/mcp";

    public static void AddMcp(this IServiceCollection services)
    {
        services.AddOptions<McpOptions>().BindConfiguration(McpOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<McpToolList>();
        services.AddHostedService(provider => provider.GetRequiredService<McpToolList>());
        services.AddHttpContextAccessor();
        services.AddSingleton<McpToolCalls>();
        services.AddSingleton<ListenerPermits>();
        services.AddSingleton<ToolListListeners>();
        services.AddSingleton<McpEndpointGuard>();
        services.AddMcpServer().WithHttpTransport();
        services.AddOptions<KeyManagementOptions>().Configure(keys => keys.XmlRepository = new SessionKeys());
        services.AddOptions<McpServerOptions>().Configure<McpToolList, McpToolCalls, ToolListListeners>((server, tools, calls, listeners) =>
        {
            server.ServerInfo = new Implementation { Name = "ToolRuntime", Version = typeof(McpExtensions).Assembly.GetName().Version!.ToString(3) };
            server.Capabilities = new ServerCapabilities { Tools = new ToolsCapability { ListChanged = true } };
            server.ToolCollection = tools;
            server.Handlers.ListToolsHandler = calls.ListAsync;
            server.Handlers.CallToolHandler = calls.CallAsync;
            server.Handlers.SubscriptionsListenHandler = listeners.ListenAsync;
        });
        services.AddOptions<HttpServerTransportOptions>().Configure<IOptions<McpOptions>>((transport, mcp) =>
        {
            // Sessions for clients that begin with `initialize`; later revisions of the protocol have none.
            transport.SessionMode = HttpServerSessionMode.StatefulForInitializeClients;
#pragma warning disable MCP9006 // Sessions are there for clients of revisions up to 2025-11-25, which are most.
            transport.IdleTimeout = mcp.Value.SessionIdleTimeout;
            transport.MaxIdleSessionCount = mcp.Value.MaxIdleSessions;
#pragma warning restore MCP9006
        });
    }

    public static void MapMcp(this IEndpointRouteBuilder app)
    {
        var guard = app.ServiceProvider.GetRequiredService<McpEndpointGuard>();
        McpEndpointRouteBuilderExtensions.MapMcp(app, Path).Add(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => guard.InvokeAsync(context, next);
        });
    }
}
