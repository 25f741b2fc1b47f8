using ToolRuntime.Contracts.V1;

namespace ToolRuntime.Tests.Executor.Tools;

public sealed class ToolCatalogTests
{
    private const string Plain = "export default (input, config) => ({ input, config });";

    [Fact]
    public async Task Modules_with_a_default_export_are_tools_by_their_path()
    {
        await using var executor = await TestExecutor.StartAsync(
        [
            ("one.ts", Plain), ("deep/er/two.js", Plain), ("three.mjs", Plain),
            ("library.ts", "export const answer = 42;"), ("effect.ts", "globalThis.answer = 42;"), ("empty.ts", ""),
            ("types.d.ts", "export default interface X {}"),
            ("one.test.ts", Plain), (".hidden/four.ts", Plain), ("node_modules/five/index.js", Plain), ("notes.md", "# six"),
        ]);

        Assert.Equal(["deep/er/two", "one", "three"], executor.Tools.Select(tool => tool.Id));
        Assert.All(executor.Tools, tool => Assert.Empty(tool.LoadError));
    }

    [Fact]
    public async Task A_tool_made_by_defineTool_has_its_description_and_resolves_the_sdk_anywhere()
    {
        await using var executor = await TestExecutor.StartAsync(
            """
            import { defineTool } from "@toolruntime/sdk";
            export default defineTool<{ n: number }, number>({
              description: "Doubles.",
              run: ({ n }, _config, context) => (context.toolId === "tool" && context.deadline > new Date() ? 2 * n : 0),
            });
            """);

        Assert.Equal("Doubles.", Assert.Single(executor.Tools).Description);
        Assert.Equal("42", (await executor.ExecuteAsync("""{"n":21}""")).Result.ToStringUtf8());
    }

    [Theory]
    [InlineData("export default { greet: (name) => `hi ${name}`, 'sub/tool': () => 2, version: 3 };")]
    [InlineData("export const greet = (name) => `hi ${name}`; const f = () => 2; export { f as 'sub/tool' }; export const version = 3;")]
    public async Task An_index_at_the_root_gives_a_tool_for_each_function(string index)
    {
        await using var executor = await TestExecutor.StartAsync([("index.ts", index), ("deep/index.ts", Plain)]);

        Assert.Equal(["deep/index", "greet", "sub/tool"], executor.Tools.Select(tool => tool.Id));
        var response = await executor.ExecuteAsync(
            TestExecutor.Request("\"you\"", toolId: "greet"), TestContext.Current.CancellationToken);
        Assert.Equal("\"hi you\"", response.Result.ToStringUtf8());
    }

    [Fact]
    public async Task A_project_in_compozys_style_runs_as_it_is()
    {
        await using var executor = await TestExecutor.StartAsync(
            [
                ("compozy.yaml", "name: forecast\nruntime:\n  type: bun\n  entrypoint: ./entrypoint.ts\n"),
                ("package.json", """{ "name": "forecast", "type": "module", "dependencies": { "marked": "*" } }"""),
                ("entrypoint.ts", """
                    import { forecastTool } from "./forecast_tool.ts";
                    import saveData from "./tools/save_data";

                    export default {
                        "forecast_tool": forecastTool,
                        "save_data": saveData,
                    }
                    """),
                ("forecast_tool.ts", """
                    interface ForecastInput { city: string }
                    interface ForecastConfig { unit?: string }
                    import { marked } from "marked";

                    export async function forecastTool(input: ForecastInput, config?: ForecastConfig) {
                        if (!input || typeof input.city !== "string") throw new Error("Invalid input: city must be a string");
                        return { text: marked.parseInline(`*${input.city}*`), degrees: 20, unit: config?.unit ?? "C" };
                    }
                    """),
                ("tools/save_data.ts", """
                    type Input = { name: string };
                    export default async function run({ name }: Input): Promise<{ success: boolean; name: string }> {
                        return { success: true, name };
                    }
                    """),
            ]);

        Assert.Equal(["forecast_tool", "save_data", "tools/save_data"], executor.Tools.Select(tool => tool.Id));
        Assert.All(executor.Tools, tool => Assert.Empty(tool.LoadError));
        var forecast = TestExecutor.Request("""{"city":"Rio"}""", toolId: "forecast_tool");
        forecast.Config = Google.Protobuf.ByteString.CopyFromUtf8("""{"unit":"K"}""");
        Assert.Equal("""{"text":"<em>Rio</em>","degrees":20,"unit":"K"}""", await ResultAsync(forecast));
        Assert.Equal("""{"success":true,"name":"a"}""", await ResultAsync(TestExecutor.Request("""{"name":"a"}""", toolId: "save_data")));
        var failed = await executor.ExecuteAsync(TestExecutor.Request(toolId: "forecast_tool"), TestContext.Current.CancellationToken);
        Assert.Equal("Invalid input: city must be a string", failed.Error.Message);

        async Task<string> ResultAsync(ExecuteToolRequest request) =>
            (await executor.ExecuteAsync(request, TestContext.Current.CancellationToken)).Result.ToStringUtf8();
    }

    [Fact]
    public async Task A_bad_module_says_why_and_touches_no_other()
    {
        await using var executor = await TestExecutor.StartAsync(
            [
                ("good.ts", Plain),
                ("syntax.ts", "export default function ("),
                ("import.ts", "import x from './nowhere'; export default () => x;"),
                ("throws.ts", "throw new RangeError('not today'); export default () => 1;"),
                ("exits.ts", "process.exit(3); export default () => 1;"),
                ("hangs.ts", "for (;;) {} export default () => 1;"),
                ("number.ts", "export default 42;"),
                ("with space.ts", Plain),
            ],
            ("Executor:LoadTimeout", "00:00:01"));

        var errors = executor.Tools.ToDictionary(tool => tool.Id, tool => tool.LoadError);
        Assert.Equal(8, errors.Count);
        Assert.Empty(errors["good"]);
        Assert.Contains("syntax.ts:1:", errors["syntax"], StringComparison.Ordinal);
        Assert.Contains("./nowhere", errors["import"], StringComparison.Ordinal);
        Assert.Equal("RangeError: not today", errors["throws"]);
        Assert.Contains("exit code 3", errors["exits"], StringComparison.Ordinal);
        Assert.Contains("took longer", errors["hangs"], StringComparison.Ordinal);
        Assert.Contains("neither a function", errors["number"], StringComparison.Ordinal);
        Assert.Contains("letters", errors["with space"], StringComparison.Ordinal);
        var response = await executor.ExecuteAsync(TestExecutor.Request("1", toolId: "good"), TestContext.Current.CancellationToken);
        Assert.Equal(Outcome.Success, response.Outcome);
    }

    [Fact]
    public async Task An_id_that_two_modules_have_belongs_to_neither()
    {
        await using var executor = await TestExecutor.StartAsync(
            [("same.ts", Plain), ("same.js", Plain), ("index.ts", "export const same = () => 1; export const other = () => 2;")]);

        Assert.Equal(["other", "same"], executor.Tools.Select(tool => tool.Id));
        Assert.Contains("3 modules", executor.Tools[1].LoadError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_ids_that_mcp_has_one_name_for_the_first_is_a_tool_and_the_others_say_why_they_are_not()
    {
        await using var executor = await TestExecutor.StartAsync(
            [("a/b.ts", Plain), ("a__b.ts", Plain), ("a/b__c.ts", Plain), ("a__b/c.ts", Plain), ("broken/x.ts", "export default 42;"), ("broken__x.ts", Plain)]);

        Assert.Equal(
            [
                ("a/b", ""), ("a/b__c", ""),
                ("a__b", "MCP has the name a__b for it and for 'a/b'."), ("a__b/c", "MCP has the name a__b__c for it and for 'a/b__c'."),
                ("broken__x", ""),
            ],
            executor.Tools.Where(tool => tool.Id != "broken/x").Select(tool => (tool.Id, tool.LoadError)));
    }
}
