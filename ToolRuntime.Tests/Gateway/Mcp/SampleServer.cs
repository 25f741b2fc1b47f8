using ToolRuntime.Tests.AspireShim;

namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>As <see cref="McpServer"/>, with the repository's sample tools.</summary>
public sealed class SampleServer : McpServer
{
    protected override string Tools { get; } = Path.Combine(TestServer.Repository, "tools");
}
