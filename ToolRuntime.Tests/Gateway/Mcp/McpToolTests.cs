using Google.Protobuf;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Gateway.Mcp;

namespace ToolRuntime.Tests.Gateway.Mcp;

public sealed class McpToolTests
{
    [Theory]
    [InlineData("", """{"type":"object"}""")]
    [InlineData("""{"type":"object","properties":{"a":{}}}""", """{"type":"object","properties":{"a":{}}}""")]
    [InlineData("""{"type":["object","null"]}""", """{"type":"object"}""")]
    [InlineData("""{"properties":{"a":{}}}""", """{"properties":{"a":{}},"type":"object"}""")]
    [InlineData("""{"anyOf":[{"type":"object"},{"type":"string"}]}""", """{"anyOf":[{"type":"object"},{"type":"string"}],"type":"object"}""")]
    [InlineData("""{"allOf":[{"type":"object"},{"minProperties":1}]}""", """{"allOf":[{"type":"object"},{"minProperties":1}],"type":"object"}""")]
    [InlineData("""{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"object"}}}""", """{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"object"}},"type":"object"}""")]
    public void An_input_that_may_be_an_object_is_the_arguments(string schema, string expected)
    {
        var tool = McpTool.Of(Tool(input: schema));

        Assert.False(tool.WrapsInput);
        Assert.Equal(expected, tool.Definition.InputSchema.GetRawText());
    }

    [Theory]
    [InlineData("""{"type":"string"}""")]
    [InlineData("""{"type":["array","null"]}""")]
    [InlineData("""{"enum":["a",1]}""")]
    [InlineData("""{"const":5}""")]
    [InlineData("""{"allOf":[{"type":"string"},{"type":["string","object"]}]}""")]
    [InlineData("""{"$ref":"#loop","$defs":{}}""")]
    [InlineData("{}")]
    [InlineData("true")]
    public void An_input_that_is_no_object_is_one_argument(string schema)
    {
        var tool = McpTool.Of(Tool(input: schema));

        Assert.True(tool.WrapsInput);
        Assert.Equal(
            $$$"""{"type":"object","properties":{"input":{{{schema}}}},"required":["input"]}""", tool.Definition.InputSchema.GetRawText());
    }

    [Fact]
    public void What_refers_to_itself_still_does_so_as_an_argument()
    {
        var tool = McpTool.Of(Tool(input: """{"anyOf":[{"type":"string"},{"type":"array","items":{"$ref":"#"}},{"$ref":"#/$defs/n"}],"$defs":{"n":{"type":"number"}}}"""));

        Assert.Equal(
            """{"anyOf":[{"type":"string"},{"type":"array","items":{"$ref":"#/properties/input"}},{"$ref":"#/properties/input/$defs/n"}],"$defs":{"n":{"type":"number"}}}""",
            tool.Definition.InputSchema.GetProperty("properties").GetProperty("input").GetRawText());
    }

    [Theory]
    [InlineData("""{"type":"object"}""", true)]
    [InlineData("""{"anyOf":[{"type":"object"},{"type":"object","required":["a"]}]}""", true)]
    [InlineData("""{"anyOf":[{"type":"object"},{"type":"null"}]}""", false)]
    [InlineData("""{"type":"string"}""", false)]
    [InlineData("{}", false)]
    [InlineData("", false)]
    public void Only_a_result_that_is_always_an_object_has_its_schema_shown(string schema, bool shown) =>
        Assert.Equal(shown, McpTool.Of(Tool(output: schema)).Definition.OutputSchema is not null);

    [Fact]
    public void A_name_has_no_slash() => Assert.Equal("a__b__c.d", McpTool.Of(new Tool { Id = "a/b/c.d" }).Definition.Name);

    private static Tool Tool(string input = "", string output = "") => new()
    {
        Id = "a",
        InputSchema = ByteString.CopyFromUtf8(input),
        OutputSchema = ByteString.CopyFromUtf8(output),
    };
}
