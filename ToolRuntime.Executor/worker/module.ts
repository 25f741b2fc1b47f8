import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isTool, type Tool, type ToolFunction } from "./sdk.ts";

/** A tool as a module exports it. `key` is empty for a module that is one tool. */
export interface ExportedTool {
  key: string;
  description: string;
  /** What its defineTool says of {@link ToolSettings}, for the host to check. */
  settings: unknown;
  /** What it says of {@link ToolAnnotations}, for the host to check. */
  annotations: unknown;
  input?: StandardSchemaV1 | undefined;
  output?: StandardSchemaV1 | undefined;
  run: ToolFunction;
}

type Module = Record<string, unknown>;

/**
 * What a bundle exports. For bytecode it is CommonJS, which import() wraps: an ES module's exports are then its default
 * export, unless it has one itself, and no exports at all are an empty one.
 */
export async function importModule(bundle: string): Promise<Module> {
  const module = (await import(bundle)) as Module;
  const exported = module["default"];
  if (typeof exported !== "object" || exported === null) return module;
  const isWrapped = "__esModule" in exported || Object.getOwnPropertyNames(exported).length === 0;
  return isWrapped ? (exported as Module) : module;
}

/** The one tool of a module: its default export. None where there is no default export. */
export function defaultTool(module: Module): ExportedTool[] {
  if (!("default" in module)) return [];
  const tool = toolOf("", module["default"]);
  if (!tool) throw new TypeError("The default export is neither a function nor what defineTool returns.");
  return [tool];
}

/** An entrypoint's tools: the functions of its default-exported object, or else its named exports. */
export function entrypointTools(module: Module): ExportedTool[] {
  const exported = module["default"];
  const object = typeof exported === "object" && exported !== null && !isTool(exported) ? exported : module;
  return Object.entries(object).flatMap(([key, value]) =>
    key === "default" ? [] : (toolOf(key, value) ?? []),
  );
}

function toolOf(key: string, exported: unknown): ExportedTool | undefined {
  if (typeof exported === "function") {
    return { key, description: "", settings: {}, annotations: {}, run: exported as ToolFunction };
  }
  if (!isTool(exported)) return undefined;
  const { description, annotations, run } = exported;
  if (typeof description !== "string") throw new TypeError("The tool's description must be a string.");
  if (typeof run !== "function") throw new TypeError("The tool's run must be a function.");
  return {
    key,
    description,
    settings: settingsOf(exported),
    annotations: asJson(annotations ?? {}),
    input: schemaOf("input", exported.input),
    output: schemaOf("output", exported.output),
    run,
  };
}

function schemaOf(name: string, value: unknown): StandardSchemaV1 | undefined {
  if (value === undefined) return undefined;
  const standard = (value as Partial<StandardSchemaV1> | null)?.["~standard"];
  if (standard?.version !== 1 || typeof standard.validate !== "function") {
    throw new TypeError(
      `The tool's ${name} must be a Standard Schema, as zod, valibot and arktype make them.`,
    );
  }
  return value as StandardSchemaV1;
}

function settingsOf(tool: Tool): unknown {
  const { isolation, timeoutMs, limits, network, childProcesses, readPaths, writePaths } = tool;
  return asJson({ isolation, timeoutMs, limits, network, childProcesses, readPaths, writePaths });
}

/** What JSON cannot hold must not look as if it were not there. */
function asJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === "function" || typeof part === "bigint" || typeof part === "symbol" ? typeof part : part,
    ),
  );
}
