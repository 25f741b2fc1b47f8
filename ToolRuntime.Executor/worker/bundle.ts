// Bundles modules with their dependencies, and runs none of them.
// usage: bun bundle.ts <sdk>, with a JSON array of Job on stdin; prints an array of Result in their order.
import { rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { candidates, entryAt, inputsOf, type Input } from "./inputs.ts";

interface Job {
  source: string;
  /** The folder for the bundle's files: `tool.js`, perhaps its bytecode and `json-schema.js`. It does not exist yet. */
  output: string;
  /** Whether bytecode is wanted. Where a module has what bytecode cannot hold, there is none all the same. */
  bytecode: boolean;
}

interface Result {
  errors: string[];
  bytecode: boolean;
  /** What the outcome depends on. */
  inputs: Input[];
  /** Whether no input changed meanwhile, so that the inputs' hashes are certainly those of what was bundled. */
  stable: boolean;
}

const [sdk = ""] = process.argv.slice(2);

// What a module knows of its own place, whether it is bundled or not: names that each module gets its own values for.
const places = {
  "import.meta.dir": "__toolruntime_folder",
  "import.meta.dirname": "__toolruntime_folder",
  "import.meta.path": "__toolruntime_path",
  "import.meta.filename": "__toolruntime_path",
  "import.meta.file": "__toolruntime_file",
  "import.meta.url": "__toolruntime_url",
};

const valibotToJsonSchema = "@valibot/to-json-schema";

const macro = /\btype["']?\s*:\s*["']macro["']|\bfrom\s*["']macro:/;

async function bundle(job: Job): Promise<Result> {
  const started = Date.now();
  const loaded = new Set([job.source]);
  let built = await build(job, job.bytecode, loaded);
  // Top-level await and the rest of import.meta are beyond bytecode: it fails to build, or silently is not there.
  let bytecode = job.bytecode && built.outputs.some((output) => output.kind === "bytecode");
  if (job.bytecode && !bytecode) {
    rmSync(job.output, { recursive: true, force: true });
    built = await build(job, false, loaded);
  }

  if (built.success && [...loaded].some((path) => path.includes("/node_modules/valibot/"))) {
    await bundleJsonSchema(job, loaded);
  }

  const inputs = await inputsOf(loaded, built);
  return {
    errors: built.success ? [] : built.logs.map(describe),
    bytecode,
    inputs,
    stable: !inputs.some(({ path }) => hasChangedSince(started, path)),
  };
}

/**
 * Valibot's schemas become JSON Schema by another package. It is bundled apart, for the one time that a tool is
 * described: in the tool's own bundle it would make each start longer.
 */
async function bundleJsonSchema({ source, output }: Job, loaded: Set<string>): Promise<void> {
  for (const candidate of candidates(valibotToJsonSchema, source)) loaded.add(candidate);
  let entry: string;
  try {
    entry = Bun.resolveSync(valibotToJsonSchema, dirname(source));
  } catch {
    return;
  }
  loaded.add(entry);
  await Bun.build({
    entrypoints: [entry],
    target: "bun",
    outdir: output,
    naming: "json-schema.js",
    throw: false,
  });
}

function hasChangedSince(started: number, path: string): boolean {
  const entry = entryAt(path);
  // File systems' clocks are coarse; and one that is ahead says nothing.
  return !!entry?.isFile() && entry.ctimeMs >= started - 10 && entry.ctimeMs <= Date.now();
}

function build({ source, output }: Job, bytecode: boolean, loaded: Set<string>): Promise<Bun.BuildOutput> {
  return Bun.build({
    entrypoints: [source],
    target: "bun",
    outdir: output,
    naming: "tool.[ext]",
    // In a file of its own: only an error's stack needs it, and each start would read it.
    sourcemap: "linked",
    metafile: true,
    throw: false,
    define: places,
    // Bytecode is CommonJS, and what was written as an ES module is strict.
    ...(bytecode ? { bytecode, format: "cjs", banner: '"use strict";' } : {}),
    plugins: [
      {
        name: "toolruntime",
        setup(build) {
          // The SDK resolves wherever the tools lie, with no package of theirs.
          build.onResolve({ filter: /^@toolruntime\/sdk$/ }, () => ({ path: sdk }));
          build.onLoad({ filter: /.*/ }, async ({ path, loader }) => {
            loaded.add(path);
            if (!/\.[cm]?[jt]sx?$/.test(path)) return undefined;
            const contents = await Bun.file(path).text();
            if (macro.test(contents))
              throw new Error("Macros are not supported: they would run while bundling.");
            return contents.includes("import.meta")
              ? { loader, contents: withPlace(contents, path) }
              : undefined;
          });
        },
      },
    ],
  }).catch((thrown: unknown) => ({
    success: false,
    outputs: [],
    logs: thrown instanceof AggregateError ? (thrown.errors as BuildMessage[]) : [thrown as BuildMessage],
  }));
}

/** On the first line that is code, so that the lines of an error's stack stay those of the source. */
function withPlace(contents: string, path: string): string {
  const place =
    `const __toolruntime_folder = ${JSON.stringify(dirname(path))}, ` +
    `__toolruntime_path = ${JSON.stringify(path)}, ` +
    `__toolruntime_file = ${JSON.stringify(basename(path))}, ` +
    `__toolruntime_url = ${JSON.stringify(pathToFileURL(path).href)}; `;
  const [hashbang = ""] = /^#!.*\n/.exec(contents) ?? [];
  return hashbang + place + contents.slice(hashbang.length);
}

function describe(log: BuildMessage | ResolveMessage): string {
  const { position } = log;
  return position
    ? `${log.message} (${basename(position.file)}:${position.line}:${position.column})`
    : log.message;
}

const jobs = (await Bun.stdin.json()) as Job[];
console.log(JSON.stringify(await Promise.all(jobs.map(bundle))));
