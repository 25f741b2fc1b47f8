// What a bundle depends on: the files in it, those that decided which files they are, and the places where a file that
// is not there would be taken instead.
import { statSync, type Stats } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** A file and its content's SHA-256; `directory` for a folder, and empty where there is nothing. */
export interface Input {
  path: string;
  hash: string;
}

const endings = ["", ".tsx", ".jsx", ".mts", ".ts", ".mjs", ".js", ".cts", ".cjs", ".json"];
const settings = ["package.json", "tsconfig.json", "jsconfig.json"];

// Modules share most of their inputs. One that changes between two of them makes the later one's outcome unstable.
const hashes = new Map<string, Promise<string>>();

/** @param loaded the files that were read */
export async function inputsOf(loaded: Iterable<string>, built: Bun.BuildOutput): Promise<Input[]> {
  const paths = new Set(loaded);
  for (const [file, { imports }] of Object.entries(built.metafile?.inputs ?? {})) {
    const importer = resolve(file);
    paths.add(importer);
    for (const { original, path } of imports) {
      for (const candidate of candidates(original ?? path, importer)) paths.add(candidate);
    }
  }
  for (const log of built.logs) {
    if (!("specifier" in log) || !log.position?.file) continue;
    for (const candidate of candidates(log.specifier, log.position.file)) paths.add(candidate);
  }
  for (const folder of foldersOf([...paths])) {
    for (const name of settings) paths.add(join(folder, name));
  }
  return Promise.all(
    [...paths].map(async (path) => {
      const hash = hashes.get(path) ?? hashOf(path);
      hashes.set(path, hash);
      return { path, hash: await hash };
    }),
  );
}

/** Where Bun looks for an import, or near enough: a path too many costs a look at it. */
export function candidates(specifier: string, importer: string): string[] {
  if (/^[a-z]+:/.test(specifier) || !isAbsolute(importer)) return [];
  if (specifier.startsWith(".") || isAbsolute(specifier)) {
    const base = resolve(dirname(importer), specifier);
    return [
      ...endings.map((ending) => base + ending),
      ...endings.slice(1).map((ending) => join(base, `index${ending}`)),
    ];
  }
  const [scope = "", name = ""] = specifier.split("/");
  const package_ = scope.startsWith("@") ? join(scope, name) : scope;
  return [...ancestors(dirname(importer))].map((folder) => join(folder, "node_modules", package_));
}

function foldersOf(paths: string[]): Set<string> {
  return new Set(paths.filter(isFile).flatMap((path) => [...ancestors(dirname(path))]));
}

function* ancestors(folder: string): Iterable<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

function isFile(path: string): boolean {
  return entryAt(path)?.isFile() ?? false;
}

export function entryAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

async function hashOf(path: string): Promise<string> {
  const entry = entryAt(path);
  if (!entry) return "";
  if (!entry.isFile()) return "directory";
  return new Bun.CryptoHasher("sha256").update(await Bun.file(path).bytes()).digest("hex");
}
