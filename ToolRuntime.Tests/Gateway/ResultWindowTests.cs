using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway;

/// <summary>What the gateway lets an executor send ahead.</summary>
public sealed class ResultWindowTests(Cluster cluster) : IClassFixture<Cluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_result_of_a_call_and_little_of_a_stream()
    {
        await using var relay = new WindowRelay(cluster.Executors[0].Grpc);
        await using var gateway = await ServiceProcess.StartAsync(
            "ToolRuntime.Gateway", new Dictionary<string, string> { ["services__executor__grpc__0"] = relay.Address.ToString() });
        using var channel = GrpcChannel.ForAddress(gateway.Grpc);
        var client = new ToolService.ToolServiceClient(channel);
        await Eventually.True(
            async () => (await client.ListToolsAsync(new ListToolsRequest(), cancellationToken: Cancellation)).Tools.Count > 0, "the tools");
        var request = new ExecuteToolRequest { ToolId = "echo", Input = ByteString.CopyFromUtf8("1") };

        var watching = relay.Windows.Count;
        await client.ExecuteToolAsync(request, cancellationToken: Cancellation);
        var ofCalls = relay.Windows.Skip(watching).ToArray();
        using var stream = client.ExecuteToolStream(request, cancellationToken: Cancellation);
        await foreach (var happened in stream.ResponseStream.ReadAllAsync(Cancellation))
        {
        }

        Assert.Equal([16 * 1024 * 1024], ofCalls);
        Assert.Equal([64 * 1024], relay.Windows.Skip(watching + 1));
    }
}
