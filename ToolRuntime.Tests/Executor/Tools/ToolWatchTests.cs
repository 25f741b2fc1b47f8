using Grpc.Core;
using Grpc.Net.Client;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Tools;

/// <summary>What a gateway hears of changed tools, from an executor and through the real gateway.</summary>
public sealed class ToolWatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_told_to_whoever_watches_and_listed_by_the_gateway()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tools/a.ts", "export default () => 1;");
        await using var executor = await ServiceProcess.StartAsync("ToolRuntime.Executor", new Dictionary<string, string>
        {
            ["Tools__Path"] = folder.File("tools"),
            ["Tools__RescanInterval"] = "01:00:00",
            ["Executor__CachePath"] = folder.File("cache"),
        });
        await using var gateway = await ServiceProcess.StartAsync("ToolRuntime.Gateway", new Dictionary<string, string>
        {
            ["services__executor__grpc__0"] = executor.Grpc.ToString(),
        });
        using var toExecutor = GrpcChannel.ForAddress(executor.Grpc);
        using var toGateway = GrpcChannel.ForAddress(gateway.Grpc);
        using var http = new HttpClient();
        using var watch = new ExecutorService.ExecutorServiceClient(toExecutor).Watch(new WatchRequest(), cancellationToken: Cancellation);
        Assert.Equal(["a:"], await NextAsync(watch));

        folder.Write("tools/deep/b.ts", "export default () => 2;");
        Assert.Equal(["a:", "deep/b:"], await NextAsync(watch));
        var tools = new ToolService.ToolServiceClient(toGateway);
        await Eventually.True(async () => await ListAsync(tools) is ["a:", "deep/b:"], "the gateway's list");
        var answer = await tools.ExecuteToolAsync(new ExecuteToolRequest { ToolId = "deep/b" }, cancellationToken: Cancellation);
        Assert.Equal("2", answer.Result.ToStringUtf8());

        folder.Write("tools/a.ts", "export default (");
        Assert.Contains("a.ts:1", (await NextAsync(watch))[0], StringComparison.Ordinal);
        await Eventually.True(
            async () => (await ListAsync(tools))[0].Contains("a.ts:1", StringComparison.Ordinal), "the reason in the gateway's list");
        answer = await tools.ExecuteToolAsync(new ExecuteToolRequest { ToolId = "a" }, cancellationToken: Cancellation);
        Assert.Equal("1", answer.Result.ToStringUtf8());
        Assert.Contains("1 run as before", executor.Output + await http.GetStringAsync(new Uri(executor.Http, "/health"), Cancellation), StringComparison.Ordinal);
    }

    private static async Task<string[]> NextAsync(AsyncServerStreamingCall<ExecutorState> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancellation).WaitAsync(TimeSpan.FromSeconds(15), Cancellation));
        return [.. watch.ResponseStream.Current.Tools.Select(tool => $"{tool.Id}:{tool.LoadError}")];
    }

    private static async Task<string[]> ListAsync(ToolService.ToolServiceClient tools)
    {
        var response = await tools.ListToolsAsync(new ListToolsRequest(), cancellationToken: Cancellation);
        return [.. response.Tools.Select(tool => $"{tool.Id}:{tool.LoadError}")];
    }
}
