// Bundles modules with their dependencies, and runs none of them.
// usage: bun bundle.ts <sdk>, with a JSON array of { source, output } on stdin; prints an array of { errors } in their order.
import { basename, dirname, extname } from "node:path";

interface Job {
  source: string;
  output: string;
}

const [sdk = ""] = process.argv.slice(2);

async function bundle({ source, output }: Job): Promise<{ errors: string[] }> {
  try {
    const built = await Bun.build({
      entrypoints: [source],
      target: "bun",
      outdir: dirname(output),
      naming: `${basename(output, extname(output))}.[ext]`,
      sourcemap: "inline",
      throw: false,
      plugins: [
        {
          name: "sdk",
          // The SDK resolves wherever the tools lie, with no package of theirs.
          setup(build) {
            build.onResolve({ filter: /^@toolruntime\/sdk$/ }, () => ({ path: sdk }));
          },
        },
      ],
    });
    return { errors: built.success ? [] : built.logs.map(describe) };
  } catch (thrown) {
    return { errors: [thrown instanceof Error ? thrown.message : String(thrown)] };
  }
}

function describe(log: BuildMessage | ResolveMessage): string {
  const { position } = log;
  return position
    ? `${log.message} (${basename(position.file)}:${position.line}:${position.column})`
    : log.message;
}

const jobs = (await Bun.stdin.json()) as Job[];
console.log(JSON.stringify(await Promise.all(jobs.map(bundle))));
