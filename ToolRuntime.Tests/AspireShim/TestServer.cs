namespace ToolRuntime.Tests.AspireShim;

/// <summary>A small HTTP server in Bun, for DCP to run: it says its environment, and is as healthy as it is told to be.</summary>
internal static class TestServer
{
    private const string Script = """
        let healthy = !process.env.START_UNHEALTHY;
        const server = Bun.serve({ port: process.env.PORT, async fetch(request) {
          const path = new URL(request.url).pathname;
          if (path === '/health') return new Response('', { status: healthy ? 200 : 503 });
          if (path === '/heal') { healthy = true; return new Response('healed'); }
          if (path === '/exit') { setTimeout(() => process.exit(3), 20); return new Response('bye'); }
          if (path === '/echo') return new Response(await request.text());
          return Response.json({ pid: process.pid, port: server.port, env: process.env });
        } });
        console.log('listening on ' + server.port);
        console.error('a complaint');
        """;

    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Projects.ToolRuntime_AppHost.ProjectPath, ".."));

    private static string Bun => Path.Combine(Repository, "node_modules", "@oven", "bun-linux-x64", "bin", "bun");

    public static IResourceBuilder<ExecutableResource> AddServer(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddExecutable(name, Bun, Repository, "-e", Script);

    /// <summary>A server with an endpoint <c>http</c> behind DCP's proxy, and a health check.</summary>
    public static IResourceBuilder<ExecutableResource> AddHealthyServer(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddServer(name).WithHttpEndpoint(name: "http", env: "PORT").WithHttpHealthCheck("/health");
}
