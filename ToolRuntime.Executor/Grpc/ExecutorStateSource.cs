using Google.Protobuf;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Executor.Tools;

namespace ToolRuntime.Executor.Grpc;

/// <summary>What the executor tells of itself.</summary>
internal sealed class ExecutorStateSource(
    ToolCatalog catalog, CallDrain drain, IOptions<ExecutorOptions> options, IServer server, IConfiguration configuration)
{
    private const string HttpEndpoint = "Http";

    /// <summary>The catalog that <see cref="Of"/> tells of.</summary>
    public ToolSnapshot Tools => catalog.Current;

    public ExecutorState Of(ToolSnapshot snapshot) => new()
    {
        Name = options.Value.Name,
        HttpAddress = HttpAddress,
        Draining = drain.Draining.IsCancellationRequested,
        Tools =
        {
            snapshot.Tools.Select(tool => new Contracts.V1.Tool
            {
                Id = tool.Id,
                Description = tool.Description,
                LoadError = tool.LoadError,
                InputSchema = ByteString.CopyFromUtf8(tool.InputSchema),
                OutputSchema = ByteString.CopyFromUtf8(tool.OutputSchema),
                Annotations = tool.Annotations,
                NeverLoaded = !tool.CanRun,
            }),
        },
    };

    // Kestrel binds its endpoints in the order of their configuration, and lists the ports it got in that same order.
    private string HttpAddress
    {
        get
        {
            var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint.Key);
            var index = endpoints.ToList().FindIndex(key => key.Equals(HttpEndpoint, StringComparison.OrdinalIgnoreCase));
            var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            return index >= 0 ? addresses.ElementAtOrDefault(index) ?? "" : "";
        }
    }
}
