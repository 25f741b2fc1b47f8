using ToolRuntime.Executor.Execution;

namespace ToolRuntime.Tests.Executor.Execution;

public sealed class EnvironmentRulesTests
{
    [Theory]
    [InlineData("lower")]
    [InlineData("1ST")]
    [InlineData("WITH-DASH")]
    [InlineData("")]
    [InlineData("NAME=")]
    [InlineData("LD_PRELOAD")]
    [InlineData("DYLD_INSERT_LIBRARIES")]
    [InlineData("BUN_OPTIONS")]
    [InlineData("NODE_OPTIONS")]
    [InlineData("PATH")]
    public void Names_that_break_the_rule_or_steer_the_process_are_refused(string name)
    {
        var exception = Assert.Throws<InvalidCallException>(() => EnvironmentRules.Check(new Dictionary<string, string> { [name] = "x" }));

        Assert.Equal("environment", exception.Violations.Single().Field);
    }

    [Fact]
    public void Control_characters_and_too_much_are_refused()
    {
        Assert.Throws<InvalidCallException>(() => EnvironmentRules.Check(new Dictionary<string, string> { ["A"] = "x\0" }));
        Assert.Throws<InvalidCallException>(() => EnvironmentRules.Check(new Dictionary<string, string> { ["A"] = new('x', 65536) }));
    }

    [Fact]
    public void A_refusal_does_not_repeat_the_value()
    {
        var exception = Assert.Throws<InvalidCallException>(() =>
            EnvironmentRules.Check(new Dictionary<string, string> { ["API_KEY"] = "secret\u0001" }));

        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }
}
