using System.Text.RegularExpressions;
using ToolRuntime.Tests.Gateway.Mcp;
using ToolRuntime.Tests.Panels;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Documentation;

/// <summary>What the page of the clients has to copy.</summary>
public sealed partial class ClientsPageTests(SampleServer server) : IClassFixture<SampleServer>
{
    [Fact]
    public async Task The_TypeScript_example_works()
    {
        var page = await File.ReadAllTextAsync(RepositoryFile.Path("docs/clients.md"), TestContext.Current.CancellationToken);
        var example = Assert.Single(TypeScript().Matches(page)).Groups[1].Value;
        using var folder = new TemporaryFolder();
        folder.LinkNodePackages();
        var file = folder.Write("example.ts", example.Replace("http://localhost:5080/mcp", server.Endpoint.ToString(), StringComparison.Ordinal));

        await using var bun = PanelsProcess.StartBun([file]);

        Assert.True(await bun.WaitForExitAsync() == 0, bun.Output);
        Assert.Contains("\"text__stats\"", bun.Output, StringComparison.Ordinal);
        Assert.Contains("worked", bun.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("```ts\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex TypeScript();
}
