using System.Text.RegularExpressions;

namespace ToolRuntime.Tests.Executor.Tools;

/// <summary>The tools that the documents show.</summary>
public sealed partial class DocumentedToolsTests
{
    [Theory]
    [InlineData("README.md", 1, """{"text":"hi"}""", """{"shouted":"HI"}""")]
    [InlineData("docs/tools.md", 4, """{"text":"hi "}""", """{"repeated":"hi hi "}""")]
    public async Task Every_one_loads_and_the_first_does_what_it_says(string document, int count, string input, string result)
    {
        var root = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("ToolRuntime.Tests", StringComparison.Ordinal)];
        var text = await File.ReadAllTextAsync(Path.Combine(root, document), TestContext.Current.CancellationToken);
        var sources = TypeScript().Matches(text).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(count, sources.Length);

        await using var executor = await TestExecutor.StartAsync(
            [.. sources.Select((source, i) => (source.Contains("export default {", StringComparison.Ordinal) ? "index.ts" : $"tool{i}.ts", source))]);

        Assert.True(executor.Tools.Count >= count);
        Assert.All(executor.Tools, tool => Assert.Empty(tool.LoadError));
        var response = await executor.ExecuteAsync(TestExecutor.Request(input, toolId: "tool0"), TestContext.Current.CancellationToken);
        Assert.Equal(result, response.Result.ToStringUtf8());
    }

    [GeneratedRegex(@"^```ts\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex TypeScript();
}
