using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor.Hosting;
using ToolRuntime.Executor.Tools;
using ToolRuntime.Tests.Support;
using Tool = ToolRuntime.Executor.Tools.Tool;

namespace ToolRuntime.Tests.Executor.Tools;

public sealed class ToolReloadTests
{
    // So that what is seen was reported, and not found by chance.
    private static readonly (string, string) NoRescan = ("Tools:RescanInterval", "01:00:00");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_file_is_a_new_version_and_touches_no_other()
    {
        await using var executor = await StartAsync(("a.ts", Returning("1")), ("b.ts", Returning("1")));
        var (a, b) = (executor.Catalog.Find("a"), executor.Catalog.Find("b"));

        Write(executor, "a.ts", Returning("2"));
        await ResultAsync(executor, "a", "2");

        Assert.NotEqual(a!.Module, executor.Catalog.Find("a")!.Module);
        Assert.Same(b, executor.Catalog.Find("b"));
        Assert.Equal(["2 modules are bundled.", "1 modules are bundled."], executor.Logs.GetSnapshot()
            .Where(record => record.Category == typeof(ToolBundler).FullName).Select(record => record.Message));
    }

    [Fact]
    public async Task A_file_that_is_saved_by_a_rename_or_bit_by_bit_is_a_new_version()
    {
        await using var executor = await StartAsync(("a.ts", Returning("1")));

        executor.Folder.Write("tools/.a.ts.swp", Returning("2"));
        File.Move(executor.Folder.File("tools/.a.ts.swp"), executor.Folder.File("tools/a.ts"), overwrite: true);
        await ResultAsync(executor, "a", "2");

        await using (var file = new StreamWriter(executor.Folder.File("tools/a.ts")))
        {
            foreach (var part in Returning("3").Chunk(4))
            {
                await file.WriteAsync(part);
                await file.FlushAsync(Cancellation);
            }
        }

        await ResultAsync(executor, "a", "3");
        Assert.All(executor.Catalog.Tools, tool => Assert.Empty(tool.LoadError));
    }

    [Fact]
    public async Task A_name_of_mcps_stays_with_the_tool_that_has_it_until_that_goes()
    {
        await using var executor = await StartAsync(("a__b.ts", Returning("1")));

        Write(executor, "a/b.ts", Returning("2"));
        await Eventually.True(
            () => executor.Catalog.Find("a/b")?.LoadError == "MCP has the name a__b for it and for 'a__b'.", "the clash");
        await ResultAsync(executor, "a__b", "1");

        File.Delete(executor.Folder.File("tools/a__b.ts"));
        await ResultAsync(executor, "a/b", "2");
    }

    [Fact]
    public async Task A_call_that_runs_ends_on_the_version_it_began_with()
    {
        await using var executor = await StartAsync(("a.ts", """
            import { existsSync, writeFileSync } from "node:fs";
            export default async () => {
              writeFileSync("started", "");
              while (!existsSync("go")) await Bun.sleep(5);
              return (await import("./lib/version")).version;
            };
            """), ("lib/version.ts", "export const version = 1;"));
        var running = executor.ExecuteAsync(TestExecutor.Request(toolId: "a"), Cancellation);
        await Eventually.True(() => File.Exists(executor.Folder.File("tools/started")), "the call's start");

        var before = executor.Catalog.Current;
        Write(executor, "a.ts", Returning("2"));
        await before.Replaced.WaitAsync(TimeSpan.FromSeconds(15), Cancellation);
        Assert.Equal("2", await ResultAsync(executor, "a"));
        Write(executor, "go", "");

        Assert.Equal("1", (await running).Result.ToStringUtf8());
    }

    [Fact]
    public async Task Files_that_come_go_and_are_renamed_are_tools_that_do()
    {
        await using var executor = await StartAsync(("a.ts", Returning("1")));

        Write(executor, "new/folder/b.ts", Returning("2"));
        await ResultAsync(executor, "new/folder/b", "2");
        Assert.Equal([0], executor.Metrics.Values("runtime_tool_timeouts_total{tool_id=new/folder/b}"));

        Directory.Move(executor.Folder.File("tools/new"), executor.Folder.File("tools/other"));
        await ResultAsync(executor, "other/folder/b", "2");
        await IdsAsync(executor, "a", "other/folder/b");

        File.Move(executor.Folder.File("tools/a.ts"), executor.Folder.File("tools/c.ts"));
        await IdsAsync(executor, "c", "other/folder/b");

        File.Delete(executor.Folder.File("tools/c.ts"));
        await IdsAsync(executor, "other/folder/b");
    }

    [Fact]
    public async Task A_file_that_a_tool_imports_is_part_of_its_version()
    {
        await using var executor = await StartAsync(
            ("a.ts", "import { b } from './lib/b'; import c from './lib/c.json'; import d from './lib/d.txt'; export default () => [b, c, d];"),
            ("lib/b.ts", "export const b = 1;"), ("lib/c.json", "1"), ("lib/d.txt", "1"));

        Write(executor, "lib/b.ts", "export const b = 2;");
        await ResultAsync(executor, "a", """[2,1,"1"]""");
        Write(executor, "lib/c.json", "2");
        await ResultAsync(executor, "a", """[2,2,"1"]""");
        Write(executor, "lib/d.txt", "2");
        await ResultAsync(executor, "a", """[2,2,"2"]""");
    }

    [Fact]
    public async Task A_file_that_an_import_now_means_is_part_of_the_version()
    {
        await using var executor = await StartAsync(
            ("a.ts", "import { b } from './lib/b'; export default () => b;"), ("lib/b/index.ts", "export const b = 1;"));
        await ResultAsync(executor, "a", "1");

        Write(executor, "lib/b.ts", "export const b = 2;");
        await ResultAsync(executor, "a", "2");
    }

    [Theory]
    [InlineData("export default function (", "a.ts:1:")]
    [InlineData("import './nowhere'; export default () => 2;", "./nowhere")]
    [InlineData("throw new RangeError('not today'); export default () => 2;", "RangeError: not today")]
    [InlineData("export default 2;", "neither a function")]
    [InlineData("", "empty")]
    public async Task A_broken_version_is_refused_and_says_why_until_it_is_mended(string source, string reason)
    {
        await using var executor = await StartAsync(("a.ts", Returning("1")), ("b.ts", Returning("1")));

        Write(executor, "a.ts", source);
        await Eventually.True(() => executor.Catalog.Find("a")!.LoadError.Length > 0, "the refusal");

        Assert.Contains(reason, executor.Catalog.Find("a")!.LoadError, StringComparison.Ordinal);
        Assert.Equal("1", await ResultAsync(executor, "a"));
        Assert.Contains(executor.Logs.GetSnapshot(), record => record.Message.Contains("stays as it was", StringComparison.Ordinal));
        var health = await new ToolCatalogHealthCheck(executor.Catalog).CheckHealthAsync(new HealthCheckContext(), Cancellation);
        Assert.Equal("1 tools loaded, 0 not, 1 run as before their last change", health.Description);
        Assert.Contains(reason, (string)health.Data["a"], StringComparison.Ordinal);

        Write(executor, "a.ts", Returning("3"));
        await ResultAsync(executor, "a", "3");
        Assert.Empty(executor.Catalog.Find("a")!.LoadError);
    }

    [Fact]
    public async Task A_version_that_comes_back_is_the_same_version()
    {
        await using var executor = await StartAsync(("a.ts", Returning("1")));
        var first = executor.Catalog.Find("a");
        var retired = new ConcurrentQueue<Tool>();
        executor.Catalog.Retired += tools => Array.ForEach([.. tools], retired.Enqueue);

        Write(executor, "a.ts", "export default function (");
        await Eventually.True(() => executor.Catalog.Find("a")!.LoadError.Length > 0, "the refusal");
        Write(executor, "a.ts", Returning("1"));
        await Eventually.True(() => executor.Catalog.Find("a")!.LoadError.Length == 0, "the return");

        Assert.Equal(first!.Module, executor.Catalog.Find("a")!.Module);
        Assert.Empty(retired);
        Write(executor, "a.ts", Returning("2"));
        await ResultAsync(executor, "a", "2");
        Assert.Equal(first.Module, Assert.Single(retired).Module);
    }

    [Fact]
    public async Task A_missing_import_that_comes_mends_the_tool()
    {
        await using var executor = await StartAsync(("a.ts", "import { b } from './lib/b'; export default () => b;"));
        Assert.NotEmpty(executor.Catalog.Find("a")!.LoadError);

        Write(executor, "lib/b.ts", "export const b = 1;");
        await ResultAsync(executor, "a", "1");
    }

    [Fact]
    public async Task A_module_that_hangs_holds_no_other_up()
    {
        await using var executor = await StartAsync(("a.ts", Returning("1")), ("b.ts", Returning("1")));

        Write(executor, "a.ts", "for (;;) {} export default () => 2;");
        await Eventually.True(() => Bundlings(executor) == 2, "the hanging module's bundling");
        Write(executor, "b.ts", Returning("2"));
        await ResultAsync(executor, "b", "2");

        Assert.Empty(executor.Catalog.Find("a")!.LoadError);
    }

    [Fact]
    public async Task A_second_module_of_an_id_does_not_take_it_from_the_first()
    {
        await using var executor = await StartAsync(("a.ts", Returning("1")));

        Write(executor, "a.js", Returning("2"));
        await Eventually.True(() => executor.Catalog.Find("a")!.LoadError.Length > 0, "the clash");
        Assert.Equal("1", await ResultAsync(executor, "a"));

        File.Delete(executor.Folder.File("tools/a.js"));
        await Eventually.True(() => executor.Catalog.Find("a")!.LoadError.Length == 0, "the clash's end");
    }

    [Fact]
    public async Task An_entrypoints_tools_change_with_it()
    {
        await using var executor = await StartAsync(("index.ts", "export const a = () => 1; export const b = () => 1;"));

        Write(executor, "index.ts", "export const b = () => 2; export const c = () => 2;");
        await ResultAsync(executor, "b", "2");
        await IdsAsync(executor, "b", "c");

        Write(executor, "index.ts", "export const b = (");
        await Eventually.True(() => executor.Catalog.Tools.All(tool => tool.LoadError.Length > 0), "the refusal");
        Assert.Equal("2", await ResultAsync(executor, "c"));
    }

    [Fact]
    public async Task What_the_system_does_not_report_is_found_all_the_same()
    {
        await using var executor = await TestExecutor.StartAsync(
            [("../shared.ts", "export const n = 1;"), ("a.ts", "import { n } from '../shared'; export default () => n;")],
            ("Tools:RescanInterval", "00:00:00.1"));

        executor.Folder.Write("shared.ts", "export const n = 2;");
        await ResultAsync(executor, "a", "2");
    }

    [Fact]
    public async Task A_root_that_is_gone_for_a_while_takes_no_tool_away()
    {
        await using var executor = await TestExecutor.StartAsync([("a.ts", Returning("1"))], ("Tools:RescanInterval", "00:00:00.1"));

        Directory.Move(executor.Folder.File("tools"), executor.Folder.File("elsewhere"));
        await Eventually.True(
            () => executor.Logs.GetSnapshot().Any(record => record.Message.Contains("cannot be looked through", StringComparison.Ordinal)),
            "the complaint");
        Assert.Single(executor.Catalog.Tools);

        Directory.Move(executor.Folder.File("elsewhere"), executor.Folder.File("tools"));
        Write(executor, "a.ts", Returning("2"));
        await ResultAsync(executor, "a", "2");
    }

    [Fact]
    public async Task Reloads_under_a_steady_load_lose_and_mix_no_call()
    {
        const int Last = 12;
        await using var executor = await StartAsync(("a.ts", Version(0)), ("lib/n.ts", "export const n = 0;"));
        using var enough = new CancellationTokenSource();
        var (written, seen) = (0, 0);
        var callers = Enumerable.Range(0, 3).Select(_ => Task.Run(CallAsync, Cancellation)).ToArray();

        for (var version = 1; version <= Last; version++)
        {
            // The tool and what it imports never fit together half way: a mix would show.
            Volatile.Write(ref written, version);
            executor.Folder.Write("next", $"export const n = {version};");
            File.Move(executor.Folder.File("next"), executor.Folder.File("tools/lib/n.ts"), overwrite: true);
            Write(executor, "a.ts", Version(version));
            var wanted = version;
            await Eventually.True(() => Volatile.Read(ref seen) >= wanted || callers.Any(caller => caller.IsFaulted), $"version {version}");
        }

        await enough.CancelAsync();
        var calls = await Task.WhenAll(callers);
        Assert.True(calls.Sum() > Last);
        Assert.All(executor.Catalog.Tools, tool => Assert.Empty(tool.LoadError));

        async Task<int> CallAsync()
        {
            var count = 0;
            for (; !enough.IsCancellationRequested; count++)
            {
                var atLeast = Volatile.Read(ref seen);
                var response = await executor.ExecuteAsync(TestExecutor.Request(toolId: "a"), Cancellation);
                Assert.Equal(Outcome.Success, response.Outcome);
                var version = int.Parse(response.Result.ToStringUtf8(), CultureInfo.InvariantCulture);
                Assert.InRange(version, atLeast, Volatile.Read(ref written));
                for (var last = Volatile.Read(ref seen); last < version; last = Volatile.Read(ref seen))
                {
                    Interlocked.CompareExchange(ref seen, version, last);
                }
            }

            return count;
        }

        static string Version(int version) =>
            $"import {{ n }} from './lib/n'; if (n !== {version}) throw new Error(`mixed: ${{n}}`); export default () => {version};";
    }

    private static Task<TestExecutor> StartAsync(params (string File, string Source)[] tools) =>
        TestExecutor.StartAsync(tools, NoRescan);

    private static string Returning(string value) => $"export default () => {value};";

    private static void Write(TestExecutor executor, string file, string content) => executor.Folder.Write($"tools/{file}", content);

    private static int Bundlings(TestExecutor executor) =>
        executor.Logs.GetSnapshot().Count(record => record.Category == typeof(ToolBundler).FullName && record.Id.Id == 1);

    private static async Task<string> ResultAsync(TestExecutor executor, string id)
    {
        var response = await executor.ExecuteAsync(TestExecutor.Request(toolId: id), Cancellation);
        Assert.Equal(Outcome.Success, response.Outcome);
        return response.Result.ToStringUtf8();
    }

    private static Task ResultAsync(TestExecutor executor, string id, string result) => Eventually.True(
        async () => executor.Catalog.Find(id)?.Module is not null && await ResultAsync(executor, id) == result, $"{id} to answer {result}");

    private static Task IdsAsync(TestExecutor executor, params string[] ids) => Eventually.True(
        () => executor.Catalog.Tools.Select(tool => tool.Id).SequenceEqual(ids), $"the tools {string.Join(", ", ids)}");
}
