using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Execution;
using ToolRuntime.Tests.Support;
using Tool = ToolRuntime.Executor.Tools.Tool;

namespace ToolRuntime.Tests.Executor.Tools;

public sealed class ToolSchemaTests
{
    private const string Zod =
        """
        import { defineTool } from "@toolruntime/sdk";
        import { z } from "zod";
        export default defineTool({
          description: "Adds up an order.",
          input: z.object({
            items: z.array(z.object({ price: z.number().min(0), "weird key": z.string().optional() })),
            currency: z.string().default("EUR").describe("As ISO 4217 has it."),
          }),
          output: z.object({ total: z.string() }),
          run: ({ items, currency }) => ({ total: `${items.reduce((sum, { price }) => sum + price, 0)} ${currency}`, secret: 1 }),
        });
        """;

    private const string Valibot =
        """
        import { defineTool } from "@toolruntime/sdk";
        import * as v from "valibot";
        export default defineTool({
          description: "",
          input: v.object({
            items: v.array(v.object({ price: v.pipe(v.number(), v.minValue(0)) })),
            currency: v.optional(v.pipe(v.string(), v.description("As ISO 4217 has it.")), "EUR"),
          }),
          output: v.object({ total: v.string() }),
          run: ({ items, currency }) => ({ total: `${items.reduce((sum, { price }) => sum + price, 0)} ${currency}`, secret: 1 }),
        });
        """;

    private const string Arktype =
        """
        import { defineTool } from "@toolruntime/sdk";
        import { type } from "arktype";
        export default defineTool({
          description: "",
          input: type({
            items: type({ price: "number >= 0" }).array(),
            currency: type("string").describe("As ISO 4217 has it.").default("EUR"),
          }),
          output: type({ "+": "delete", total: "string" }),
          run: ({ items, currency }) => ({ total: `${items.reduce((sum, { price }) => sum + price, 0)} ${currency}`, secret: 1 }),
        });
        """;

    [Theory]
    [InlineData(Zod)]
    [InlineData(Valibot)]
    [InlineData(Arktype)]
    public async Task Schemas_are_listed_check_the_input_and_the_result_and_give_what_they_make_of_it(string source)
    {
        await using var executor = await TestExecutor.StartAsync(source);

        var tool = Assert.Single(executor.Tools);
        Assert.Empty(tool.LoadError);
        var input = JsonNode.Parse(tool.InputSchema)!;
        Assert.Equal("object", (string?)input["type"]);
        Assert.Equal("number", (string?)input["properties"]!["items"]!["items"]!["properties"]!["price"]!["type"]);
        Assert.Equal(0, (int)input["properties"]!["items"]!["items"]!["properties"]!["price"]!["minimum"]!);
        Assert.Equal(["items"], input["required"]!.AsArray().Select(name => (string?)name));
        Assert.Equal("string", (string?)JsonNode.Parse(tool.OutputSchema)!["properties"]!["total"]!["type"]);

        var response = await executor.ExecuteAsync("""{"items":[{"price":2},{"price":3.5}]}""");
        Assert.Equal("""{"total":"5.5 EUR"}""", response.Result.ToStringUtf8());

        var refusal = await Assert.ThrowsAsync<InvalidCallException>(
            () => executor.ExecuteAsync("""{"items":[{"price":2},{"price":-1},{"price":"3"}],"currency":9}"""));
        Assert.Equal(
            ["input.currency", "input.items[1].price", "input.items[2].price"],
            refusal.Violations.Select(violation => violation.Field).Order(StringComparer.Ordinal));
        Assert.All(refusal.Violations, violation => Assert.NotEmpty(violation.Message));
        Assert.Contains(refusal.Violations[0].Field, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("landlock")]
    [InlineData("strict")]
    public async Task A_schema_is_listed_from_within_a_sandbox(string sandbox)
    {
        SandboxUnderTest.SkipUnlessAvailable(sandbox);
        await using var executor = await TestExecutor.StartAsync([("zod.ts", Zod), ("valibot.ts", Valibot)], ("Executor:Sandbox", sandbox));

        Assert.All(executor.Tools, tool => Assert.NotEmpty(tool.InputSchema));
        Assert.Equal("""{"total":"1 EUR"}""", await ResultAsync(executor, "valibot", """{"items":[{"price":1}]}"""));
    }

    [Fact]
    public async Task A_refused_input_is_no_execution_and_no_error_of_the_tool()
    {
        using var spans = new RecordedSpans();
        await using var executor = await TestExecutor.StartAsync(Zod);
        var request = TestExecutor.Request();
        request.ExecutionId = "refused-for-its-input";

        var refusal = await Assert.ThrowsAsync<InvalidCallException>(
            () => executor.ExecuteAsync(request, TestContext.Current.CancellationToken));

        Assert.Equal("input", Assert.Single(refusal.Violations).Field);
        Assert.Equal("invalid_argument", spans.OfExecution(request.ExecutionId).GetTagItem("error.type"));
        await executor.Metrics.Are("runtime_bun_process_exits_total{status=exit,code=0,signal=} 1");
    }

    [Fact]
    public async Task A_reused_worker_that_refused_an_input_serves_on()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { defineTool } from "@toolruntime/sdk";
            import { z } from "zod";
            let calls = 0;
            export default defineTool({ description: "", isolation: "Reused", input: z.number(), run: () => ++calls });
            """);

        Assert.Equal("1", (await executor.ExecuteAsync("5")).Result.ToStringUtf8());
        await Assert.ThrowsAsync<InvalidCallException>(() => executor.ExecuteAsync("null"));
        Assert.Equal("2", (await executor.ExecuteAsync("5")).Result.ToStringUtf8());
    }

    [Fact]
    public async Task A_result_that_breaks_its_schema_is_an_error_that_names_the_field()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { defineTool } from "@toolruntime/sdk";
            import { z } from "zod";
            export default defineTool({
              description: "",
              output: z.object({ rows: z.array(z.object({ "weird key": z.string() })) }),
              run: (input) => input,
            });
            """);

        var response = await executor.ExecuteAsync("""{"rows":[{"weird key":"a"},{"weird key":2}]}""");

        Assert.Equal(
            (Outcome.Error, ErrorKind.Parse, "OutputSchemaViolation"), (response.Outcome, response.Error.Kind, response.Error.Type));
        Assert.Contains("result.rows[1][\"weird key\"]: ", response.Error.Message, StringComparison.Ordinal);
        await executor.Metrics.Are(
            "runtime_tool_execute_seconds{tool_id=tool,outcome=error} 1",
            "runtime_tool_errors_total{tool_id=tool,error_kind=parse} 1",
            "runtime_bun_process_exits_total{status=exit,code=0,signal=} 1");
    }

    [Fact]
    public async Task What_a_schema_itself_waits_for_is_waited_for_and_what_it_throws_is_the_tools_error()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { defineTool } from "@toolruntime/sdk";
            import { z } from "zod";
            const input = z.string().refine(async (text) => {
              await Bun.sleep(1);
              if (text === "throw") throw new RangeError("no");
              return text !== "bad";
            }, "not that");
            export default defineTool({ description: "", input, run: (text) => text });
            """);

        Assert.Equal("\"good\"", (await executor.ExecuteAsync("\"good\"")).Result.ToStringUtf8());
        var refusal = await Assert.ThrowsAsync<InvalidCallException>(() => executor.ExecuteAsync("\"bad\""));
        Assert.Equal("not that", Assert.Single(refusal.Violations).Message);
        Assert.Equal("RangeError", (await executor.ExecuteAsync("\"throw\"")).Error.Type);
    }

    [Theory]
    [InlineData("throw new RangeError('unmoved');")]
    [InlineData("return Promise.reject(new RangeError('unmoved'));")]
    [InlineData("return new Promise(() => {});")]
    public async Task A_schema_is_tried_before_the_first_call_whatever_it_makes_of_that(string made)
    {
        await using var executor = await TestExecutor.StartAsync(
            $$"""
            import { defineTool } from "@toolruntime/sdk";
            const seen = [];
            const validate = (value) => {
              seen.push(value);
              if (value === 5) return { value: seen };
              {{made}}
            };
            export default defineTool({ description: "", input: { "~standard": { version: 1, vendor: "own", validate } }, run: (seen) => seen });
            """);

        Assert.Equal("[{},5]", (await executor.ExecuteAsync("5")).Result.ToStringUtf8());
    }

    [Fact]
    public async Task Only_so_many_violations_are_told_and_each_only_so_long()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { defineTool } from "@toolruntime/sdk";
            import { z } from "zod";
            const input = z.record(z.string(), z.number("x".repeat(9999)));
            export default defineTool({ description: "", input, run: () => 1 });
            """);
        var fields = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"{i}{new string('k', 500)}\":null"));

        var refusal = await Assert.ThrowsAsync<InvalidCallException>(() => executor.ExecuteAsync($"{{{fields}}}"));

        Assert.Equal(10, refusal.Violations.Count);
        Assert.All(refusal.Violations, violation => Assert.Equal((200, 300), (violation.Field.Length, violation.Message.Length)));
    }

    [Fact]
    public async Task A_schema_without_an_export_checks_and_is_not_listed_and_what_json_schema_cannot_say_is_left_open()
    {
        const string Own =
            """
            import { defineTool } from "@toolruntime/sdk";
            const validate = (value) => (value === 42 ? { value } : { issues: [{ message: "not the answer" }] });
            export default defineTool({
              description: "",
              input: { "~standard": { version: 1, vendor: "own", validate } },
              run: (n) => n,
            });
            """;
        const string Open =
            """
            import { defineTool } from "@toolruntime/sdk";
            import { z } from "zod";
            export default defineTool({
              description: "",
              input: z.object({ when: z.coerce.date(), count: z.number() }),
              run: ({ when }) => when.getUTCFullYear(),
            });
            """;
        await using var executor = await TestExecutor.StartAsync([("own.ts", Own), ("open.ts", Open)]);

        Assert.Empty(Find(executor, "own").InputSchema);
        Assert.Contains(
            executor.Logs.GetSnapshot(),
            record => record.Level == LogLevel.Warning && record.Message.Contains("own", StringComparison.Ordinal)
                && record.Message.Contains("exports none", StringComparison.Ordinal));
        Assert.Equal("42", await ResultAsync(executor, "own", "42"));
        await Assert.ThrowsAsync<InvalidCallException>(() => ResultAsync(executor, "own", "41"));

        var properties = JsonNode.Parse(Find(executor, "open").InputSchema)!["properties"]!;
        Assert.Equal(("{}", "number"), (properties["when"]!.ToJsonString(), (string?)properties["count"]!["type"]));
        Assert.Equal("2026", await ResultAsync(executor, "open", """{"when":"2026-11-23","count":1}"""));
    }

    [Theory]
    [InlineData("input: { text: 'string' }", "The tool's input must be a Standard Schema")]
    [InlineData("output: null", "The tool's output must be a Standard Schema")]
    [InlineData("annotations: { readonly: true }", "annotations.readonly is no annotation.")]
    [InlineData("annotations: { readOnly: 'yes' }", "annotations.readOnly must be true or false.")]
    [InlineData("annotations: { title: 5 }", "annotations.title must be a string.")]
    [InlineData("annotations: [1]", "annotations must be an object.")]
    public async Task What_is_no_schema_and_no_annotation_is_told_to_its_author(string declaration, string expected)
    {
        await using var executor = await TestExecutor.StartAsync(
            $$"""
            import { defineTool } from "@toolruntime/sdk";
            export default defineTool({ description: "", {{declaration}}, run: () => 1 });
            """);

        Assert.Contains(expected, Assert.Single(executor.Tools).LoadError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Annotations_are_what_the_tool_says_and_no_more()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { defineTool } from "@toolruntime/sdk";
            export default defineTool({
              description: "", annotations: { title: "T", readOnly: true, destructive: false, openWorld: undefined }, run: () => 1,
            });
            """);

        Assert.Equal(
            new ToolAnnotations { Title = "T", ReadOnly = true, Destructive = false }, Assert.Single(executor.Tools).Annotations);
    }

    private static Tool Find(TestExecutor executor, string id) => executor.Catalog.Find(id)!;

    private static async Task<string> ResultAsync(TestExecutor executor, string id, string input) =>
        (await executor.ExecuteAsync(TestExecutor.Request(input, toolId: id), TestContext.Current.CancellationToken)).Result.ToStringUtf8();
}
