import type { StandardSchemaV1 } from "@standard-schema/spec";

/** Any value that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What a run can know of itself. */
export interface ToolContext {
  /** The id of this execution, as the caller gave it or the runtime made it. */
  readonly executionId: string;
  readonly toolId: string;
  /** When the runtime ends this run. */
  readonly deadline: Date;
  /**
   * Aborted when the deadline passes or the caller goes away. A tool that uses it has a moment to end by itself before
   * its process is killed; one that does not is ended at once.
   */
  readonly signal: AbortSignal;
  /** Log records of this call; `console` does the same. */
  readonly log: Record<"debug" | "info" | "warn" | "error", (...values: unknown[]) => void>;
  /** Says how far this run is, from 0 to 1. */
  progress(fraction: number, message?: string): void;
  /** Does a part of the work as a span of its own in the call's trace. Spans within `work` are its children. */
  span<T>(name: string, work: () => T): T;
}

/**
 * A tool's work. What it returns, or what its promise resolves to, becomes the result's JSON; what it throws, the error.
 * `input` is what the tool's schema made of what the caller sent. Without a schema nobody has checked it against `Input`;
 * and nobody checks `config`.
 */
export type ToolFunction<Input = Json, Output = unknown, Config = Json> = (
  input: Input,
  config: Config,
  context: ToolContext,
) => Output | Promise<Output>;

/**
 * What one call may use. Each is a whole number; none is ever more than the executor's own setting, which also holds for
 * what is left out.
 */
export interface ToolLimits {
  /** Milliseconds of CPU time; the process is killed past them. */
  readonly cpuMs?: number;
  /** The process's address space. Bun takes some 550 MB of it for itself. */
  readonly addressSpaceBytes?: number;
  /** Descriptors open at once, Bun's own among them. */
  readonly openFiles?: number;
  /** The input, and the config, as JSON. */
  readonly inputBytes?: number;
  /** The result as JSON. */
  readonly resultBytes?: number;
  /** What is kept of what a call prints. */
  readonly printedBytes?: number;
  /** How many of the tool's calls run at once; the others wait for their turn. */
  readonly concurrency?: number;
}

/**
 * How the runtime treats the tool's calls. What a tool leaves out is taken from the executor's `Tools:Rules`, and then
 * from its other settings. Only literal values belong here: they are read once, when the tool is loaded.
 */
export interface ToolSettings {
  /**
   * `PerCall`: each call has a process of its own. `Reused`: a process serves one call after the other, which is faster,
   * and the module's state lives on between them.
   */
  readonly isolation?: "PerCall" | "Reused";
  /** How long a call may take, in milliseconds; a caller can only ask for less. */
  readonly timeoutMs?: number;
  readonly limits?: ToolLimits;
  /** Whether the tool may connect and listen. It may not otherwise, where the executor has a sandbox. */
  readonly network?: boolean;
  /** Whether the tool may run other programs. It may not otherwise, where the executor has a sandbox. */
  readonly childProcesses?: boolean;
  /**
   * Files and folders, relative to the tool's own, that it may read beside the tools' root, of which the strict sandbox
   * shows only the tool's own folder.
   */
  readonly readPaths?: readonly string[];
  /** Folders, relative to the tool's own, that it may write beside its scratch folder. */
  readonly writePaths?: readonly string[];
}

/** What a tool says of its effects, for those who choose among tools, as MCP has it. Hints: the runtime enforces none. */
export interface ToolAnnotations {
  /** A name for people. */
  readonly title?: string;
  /** It changes nothing outside itself. */
  readonly readOnly?: boolean;
  /** It may take something away, and not only add. */
  readonly destructive?: boolean;
  /** Calling it again with the same input changes nothing more. */
  readonly idempotent?: boolean;
  /** It deals with a world of things that nobody has listed, as the web. */
  readonly openWorld?: boolean;
}

/**
 * @typeParam Input what `run` gets: what the schema `input` makes of the caller's JSON
 * @typeParam Output what `run` returns: what the schema `output` takes
 */
export interface ToolDefinition<Input = Json, Output = unknown, Config = Json> extends ToolSettings {
  /** What the tool does, for people and models that choose among tools. */
  readonly description: string;
  /**
   * What an input must be, in the words of zod, valibot, arktype or any other library of Standard Schemas. An input that
   * is not so is refused with the fields named, and `run` is not called. Callers are shown it as JSON Schema.
   */
  readonly input?: StandardSchemaV1<unknown, Input>;
  /** What the result is; one that is not so is an error of the tool. The caller gets what the schema makes of it. */
  readonly output?: StandardSchemaV1<Output, unknown>;
  readonly annotations?: ToolAnnotations;
  /** The condition always holds: by it TypeScript takes `Output` from the schema alone, and literals for what they are. */
  readonly run: [Output] extends [infer Result] ? ToolFunction<Input, Result, Config> : never;
}

const brand = Symbol.for("toolruntime.tool");

/** A tool as a module's default export makes it known to the runtime. */
export type Tool<Input = Json, Output = unknown, Config = Json> = ToolDefinition<Input, Output, Config> & {
  readonly [brand]: true;
};

/** Describes a tool: `export default defineTool({ description, input, output, run })`. */
export function defineTool<Input = Json, Output = unknown, Config = Json>(
  definition: ToolDefinition<Input, Output, Config>,
): Tool<Input, Output, Config> {
  return { ...definition, [brand]: true };
}

/** Whether a module's export is what {@link defineTool} returned, whichever copy of this package it came from. */
export function isTool(value: unknown): value is Tool {
  return typeof value === "object" && value !== null && brand in value;
}
