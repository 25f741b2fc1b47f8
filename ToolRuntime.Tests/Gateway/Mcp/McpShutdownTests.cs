using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Mcp;

public sealed class McpShutdownTests(McpServer server) : IClassFixture<McpServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listeners_do_not_keep_the_gateway_from_stopping()
    {
        await using var inSession = await server.ConnectAsync();
        await inSession.ListToolsAsync(cancellationToken: Cancellation);
        await using var without = await server.ConnectAsync(McpServer.NoSessions);
        var listening = await McpListener.StartAsync(without, Cancellation);

        server.Gateway.Signal(ServiceProcess.SIGTERM);

        await server.Gateway.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        // It was told that there is nothing more to come.
        await listening.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
    }
}
