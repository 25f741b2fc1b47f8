import { isTool, type ToolFunction } from "./sdk.ts";

/** A tool as a module exports it. `key` is empty for a module that is one tool. */
export interface ExportedTool {
  key: string;
  description: string;
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
  if (typeof exported === "function") return { key, description: "", run: exported as ToolFunction };
  if (isTool(exported)) return { key, description: exported.description, run: exported.run };
  return undefined;
}
