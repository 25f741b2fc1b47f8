using ToolRuntime.Executor.Tools;

namespace ToolRuntime.Tests.Executor.Tools;

public sealed class ToolIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("_x")]
    [InlineData("text/word-count")]
    [InlineData("v1.2/Tool_3")]
    [InlineData("unknown/tool")]
    public void Ids_of_the_grammar_are_valid(string id) => Assert.True(ToolId.IsValid(id));

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("/a")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a/.b")]
    [InlineData("a..b")]
    [InlineData("a/../b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    public void Other_ids_are_not(string id) => Assert.False(ToolId.IsValid(id));

    [Fact]
    public void An_id_has_at_most_128_characters()
    {
        Assert.True(ToolId.IsValid(new string('a', 128)));
        Assert.False(ToolId.IsValid(new string('a', 129)));
    }
}
