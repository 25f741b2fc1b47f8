using System.Diagnostics;
using Microsoft.Extensions.Options;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Executor;
using ToolRuntime.Executor.Tools;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Tools;

public sealed class BundleTests
{
    private const string Plain = "export default (input) => ({ input });";

    [Fact]
    public async Task A_second_start_bundles_nothing()
    {
        using var folder = Tools(("one.ts", "import { n } from './lib/n'; export default () => n;"), ("lib/n.ts", "export const n = 1;"), ("two.ts", Plain));
        var first = await StartAsync(folder);
        await RecordedAsync(folder, 3);
        var written = File.GetLastWriteTimeUtc(PathOf(first, "one"));
        Assert.NotEqual(0, Bundlings(first));
        await first.DisposeAsync();

        await using var second = await StartAsync(folder);

        Assert.Equal(0, Bundlings(second));
        Assert.Equal(written, File.GetLastWriteTimeUtc(PathOf(second, "one")));
        Assert.Equal("1", await ResultAsync(second, "one"));
    }

    [Theory]
    [InlineData("lib/n.ts", "export const n = 2;")]
    [InlineData("lib/n.tsx", "export const n = 2;")]
    [InlineData("tsconfig.json", """{ "compilerOptions": { "target": "esnext" } }""")]
    public async Task A_second_start_bundles_what_has_changed_meanwhile(string file, string content)
    {
        using var folder = Tools(("one.ts", "import { n } from './lib/n'; export default () => n;"), ("lib/n.ts", "export const n = 1;"));
        await (await StartAsync(folder)).DisposeAsync();
        folder.Write($"tools/{file}", content);

        await using var second = await StartAsync(folder);

        Assert.Equal(1, Bundlings(second));
        Assert.Equal(file.StartsWith("lib", StringComparison.Ordinal) ? "2" : "1", await ResultAsync(second, "one"));
    }

    [Fact]
    public async Task Executors_that_start_at_once_share_their_bundles()
    {
        using var folder = Tools(("one.ts", Plain), ("two.ts", "export default () => 2;"));

        var executors = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(folder)));

        Assert.Single(executors.Select(executor => PathOf(executor, "one")).Distinct());
        Assert.Equal(2, Directory.GetDirectories(folder.File("cache/bundles")).Length);
        foreach (var executor in executors)
        {
            Assert.Equal("2", await ResultAsync(executor, "two"));
            await executor.DisposeAsync();
        }
    }

    [Fact]
    public async Task Bundles_that_nobody_has_used_for_a_week_are_removed_at_start()
    {
        using var folder = Tools(("one.ts", Plain));
        await using (await StartAsync(folder))
        {
            await RecordedAsync(folder, 1);
        }

        var one = Directory.GetDirectories(folder.File("cache/bundles")).Single();
        var old = folder.File("cache/bundles/0123456789abcdef0123456789abcdef");
        Directory.CreateDirectory(old);
        foreach (var path in new[] { one, old })
        {
            Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow - BundleCache.Keep - TimeSpan.FromMinutes(1));
        }

        await using var executor = await StartAsync(folder);

        await Eventually.True(() => !Directory.Exists(old), "the old bundle's removal");
        Assert.True(Directory.Exists(one));
        Assert.NotNull(await ResultAsync(executor, "one"));
    }

    [Fact]
    public async Task A_bundle_that_is_lost_is_made_again()
    {
        using var folder = Tools(("one.ts", Plain));
        await using var executor = await StartAsync(folder);
        Directory.Delete(folder.File("cache/bundles"), recursive: true);

        await Eventually.True(() => File.Exists(PathOf(executor, "one")), "the bundle");

        Assert.Equal("""{"input":null}""", await ResultAsync(executor, "one"));
    }

    [Fact]
    public async Task Bun_reads_a_bundles_bytecode()
    {
        await using var executor = await TestExecutor.StartAsync("export default () => 1;");
        var script = executor.Folder.Write("load.ts", "await import(process.argv[2]!);");
        var start = new ProcessStartInfo(
            new BunExecutable(Options.Create(new ExecutorOptions())).Path, [script, PathOf(executor, "tool")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["BUN_JSC_verboseDiskCache"] = "1";
        using var bun = Process.Start(start)!;

        var error = bun.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await bun.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;

        Assert.Contains("Cache hit for sourceCode", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("const n = await Promise.resolve(7); export default () => n;")]
    [InlineData("import { n } from './lib/n'; export default () => n;")]
    [InlineData("if (typeof arguments !== 'undefined') throw new Error('no module'); export default () => 7;")]
    public async Task What_bytecode_cannot_hold_runs_without_it(string source)
    {
        using var folder = Tools(("tool.ts", source), ("lib/n.ts", "export const n = await Promise.resolve(7);"));
        await using (await StartAsync(folder))
        {
            await RecordedAsync(folder, 2);
        }

        // Nor is it tried anew.
        await using var executor = await StartAsync(folder);

        Assert.Equal(0, Bundlings(executor));
        Assert.False(File.Exists($"{PathOf(executor, "tool")}.jsc"));
        Assert.Equal("7", await ResultAsync(executor, "tool"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("await Promise.resolve();")]
    public async Task A_tool_finds_the_files_beside_its_source(string more)
    {
        using var folder = Tools(
            ("deep/tool.ts", $$"""
                import { inLibrary } from "./lib/place";
                import { readFileSync } from "node:fs";
                {{more}}
                const read = (place: string | URL) => readFileSync(place, "utf8");
                export default () => [
                  read(`${import.meta.dir}/data.txt`), read(`${import.meta.dirname}/data.txt`), read(`${__dirname}/data.txt`),
                  read(new URL("./data.txt", import.meta.url)), import.meta.path === __filename, import.meta.file, inLibrary(),
                ];
                """),
            ("deep/lib/place.ts", "export const inLibrary = () => import.meta.filename.slice(-12);"));
        folder.Write("tools/deep/data.txt", "x");

        await using var executor = await StartAsync(folder);

        Assert.Equal("""["x","x","x","x",true,"tool.ts","lib/place.ts"]""", await ResultAsync(executor, "deep/tool"));
        Assert.Equal(more.Length == 0, File.Exists($"{PathOf(executor, "deep/tool")}.jsc"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("await Promise.resolve();")]
    public async Task A_tool_is_strict_and_its_errors_name_the_sources_lines(string more)
    {
        using var folder = Tools(("tool.ts", $$"""
            import { fail } from "./lib/fail";
            export default function tool() { const answer: boolean = fail(); return answer; }
            {{more}}
            """), ("lib/fail.ts", """
            // Where it fails:
            export function fail(this: unknown) {
              if (this !== undefined) return true;
              return (undeclared = 1);
            }
            """));

        await using var executor = await StartAsync(folder);
        var response = await executor.ExecuteAsync(TestExecutor.Request(), TestContext.Current.CancellationToken);

        Assert.Equal("ReferenceError", response.Error.Type);
        Assert.Contains("lib/fail.ts:4:", response.Error.Stack, StringComparison.Ordinal);
        Assert.Contains("/tool.ts:2:", response.Error.Stack, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_with_other_lines_is_another_bundle()
    {
        await using var executor = await TestExecutor.StartAsync("export default () => { throw new RangeError('no'); };");
        Assert.Contains("tool.ts:1:", (await executor.ExecuteAsync()).Error.Stack, StringComparison.Ordinal);

        executor.Folder.Write("tools/tool.ts", "// More.\nexport default () => { throw new RangeError('no'); };");

        await Eventually.True(
            async () => (await executor.ExecuteAsync()).Error.Stack.Contains("tool.ts:2:", StringComparison.Ordinal), "the other line");
    }

    [Fact]
    public async Task Bundling_runs_none_of_a_tools_code()
    {
        using var folder = Tools(
            ("tool.ts", "import { f } from './m' with { type: 'macro' }; export default () => f();"),
            ("m.ts", "import { writeFileSync } from 'node:fs'; export const f = () => { writeFileSync('ran', ''); return 1; };"));

        await using var executor = await StartAsync(folder);

        Assert.Contains("Macros", executor.Catalog.Find("tool")!.LoadError, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("tools/ran")));
    }

    private static TemporaryFolder Tools(params (string File, string Source)[] tools)
    {
        var folder = new TemporaryFolder();
        foreach (var (file, source) in tools)
        {
            folder.Write($"tools/{file}", source);
        }

        return folder;
    }

    private static Task<TestExecutor> StartAsync(TemporaryFolder folder) => TestExecutor.StartAsync(
        [],
        ("Tools:Path", folder.File("tools")),
        ("Executor:CachePath", folder.File("cache")),
        ("Tools:RescanInterval", "00:00:00.1"));

    // What was written a moment before it was bundled is bundled once more before the cache vouches for it.
    private static Task RecordedAsync(TemporaryFolder folder, int modules) => Eventually.True(
        () => Directory.Exists(folder.File("cache/modules")) && Directory.GetFiles(folder.File("cache/modules")).Length == modules,
        "the cache's records");

    private static int Bundlings(TestExecutor executor) =>
        executor.Logs.GetSnapshot().Count(record => record.Category == typeof(ToolBundler).FullName && record.Id.Id == 1);

    private static string PathOf(TestExecutor executor, string id) => executor.Catalog.Find(id)!.Module!.BundlePath;

    private static async Task<string> ResultAsync(TestExecutor executor, string id)
    {
        var response = await executor.ExecuteAsync(
            TestExecutor.Request(toolId: id), TestContext.Current.CancellationToken);
        Assert.Equal(Outcome.Success, response.Outcome);
        return response.Result.ToStringUtf8();
    }
}
