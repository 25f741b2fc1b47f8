namespace ToolRuntime.Tests.Support;

/// <summary>The tools that a cluster runs.</summary>
internal static class ClusterTools
{
    // Says where it runs, then goes on for ever.
    private const string Spin =
        """
        import { renameSync, writeFileSync } from "node:fs";
        export default (name) => {
          writeFileSync(`${name}.tmp`, String(process.pid));
          renameSync(`${name}.tmp`, name);
          for (;;) {}
        };
        """;

    public static IReadOnlyList<(string File, string Source)> Sources { get; } =
    [
        ("echo.ts", "export default (input, config) => (config === null ? input : { input, config });"),
        ("text/shout.ts", """
            import { defineTool } from "@toolruntime/sdk";
            export default defineTool<{ text: string }>({
              description: "Says it louder.",
              run: ({ text }) => { console.log("shouting"); return text.toUpperCase(); },
            });
            """),
        ("text/repeat.ts", """
            import { defineTool } from "@toolruntime/sdk";
            import { z } from "zod";
            export default defineTool({
              description: "Says it again.",
              annotations: { title: "Repeat", readOnly: true },
              input: z.object({ parts: z.array(z.object({ text: z.string(), times: z.int().min(1) })) }),
              output: z.string(),
              run: ({ parts }) => parts.map(({ text, times }) => text.repeat(times)).join(""),
            });
            """),
        ("tree/size.ts", """
            import { defineTool } from "@toolruntime/sdk";
            import { z } from "zod";
            const node = z.object({ name: z.string(), get children() { return z.array(node).default([]); } }).meta({ id: "a node" });
            const size = ({ children }) => 1 + children.map(size).reduce((sum, n) => sum + n, 0);
            export default defineTool({
              description: "Counts a tree's nodes.",
              input: z.object({ root: node, tag: z.record(z.string(), z.tuple([z.string(), z.int()])).optional() }),
              run: ({ root }) => size(root),
            });
            """),
        ("exit.ts", "export default (code) => process.exit(code);"),
        ("signal.ts", "export default (name) => process.kill(process.pid, name);"),
        ("throw.ts", "export default () => { throw new RangeError('no'); };"),
        ("broken.ts", "export default function ("),
        ("env.ts", "export default (name) => process.env[name] ?? null;"),
        // Leaves a line, then ends the executor that runs it, which is its parent or another ancestor.
        ("assassin.ts", """
            import { appendFileSync, readFileSync } from "node:fs";
            const parentOf = (pid) => Number(/\) \w (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))[1]);
            const isExecutor = (pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("ToolRuntime.Executor.dll");
            export default () => {
              appendFileSync("runs", "ran\n");
              let executor = process.ppid;
              while (!isExecutor(executor)) executor = parentOf(executor);
              process.kill(executor, "SIGKILL");
              for (;;) {}
            };
            """),
        // Leaves a line for each time it runs, and takes a while.
        ("note.ts", """
            import { appendFileSync } from "node:fs";
            export default async (line) => {
              appendFileSync("notes", `${line}\n`);
              await Bun.sleep(100);
              return line;
            };
            """),
        // Tells of itself in every way there is, each a moment after the other, since they take ways of their own.
        ("talk.ts", """
            export default async (input, _config, context) => {
              console.log("first");
              await Bun.sleep(50);
              process.stdout.write("second\n");
              await Bun.sleep(50);
              console.error("third");
              context.progress(0.5, "half");
              context.log.debug("fourth");
              await Bun.sleep(50);
              process.stderr.write("fifth\n");
              await Bun.sleep(50);
              return input;
            };
            """),
        // Ends right after what it prints, some of it without the end of a line.
        ("murmur.ts", """
            export default (lines) => {
              for (let i = 1; i <= lines; i++) process.stdout.write(`${i}\n`);
              process.stderr.write("oops");
              return lines;
            };
            """),
        // Prints 50 MB, and leaves how far it is.
        ("flood.ts", """
            import { writeFileSync } from "node:fs";
            const line = "x".repeat(999);
            export default (name) => {
              for (let i = 1; i <= 50_000; i++) {
                console.log(line);
                if (i % 100 === 0) writeFileSync(name, String(i));
              }
              return "done";
            };
            """),
        // Prints, then waits until the file is there.
        ("wait.ts", """
            import { existsSync, writeFileSync } from "node:fs";
            export default async (name) => {
              writeFileSync(`${name}.pid`, String(process.pid));
              console.log("waiting");
              while (!existsSync(name)) await Bun.sleep(5);
              return name;
            };
            """),
        ("spin.ts", Spin),
        ("deadline.ts", Spin),
    ];
}
