import { isTool, type ToolFunction } from "./sdk.ts";

/** A tool as a module exports it. `key` is empty for a module that is one tool. */
export interface ExportedTool {
  key: string;
  description: string;
  run: ToolFunction;
}

type Module = Record<string, unknown>;

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
