import { readFileSync } from "node:fs";

/** An error as it crosses to the host. `kind` is a value of the metric label error_kind. */
export interface Failure {
  kind: "start" | "stdout" | "wait" | "parse";
  type: string;
  message: string;
  stack: string;
  /** What the system refused, where that is certainly why. */
  refused?: "memory" | "descriptor" | "process" | undefined;
}

// JavaScriptCore makes no object of this many bytes or more, whatever the system has.
const largestObject = 2 ** 31;

// By which a sandbox refuses to start a process, or to run a program in it.
const refusalsToSpawn = ["ENOSYS", "EPERM", "EACCES"];

export function failureOf(kind: Failure["kind"], thrown: unknown): Failure {
  if (!(thrown instanceof Error)) {
    return { kind, type: typeof thrown, message: textOf(thrown), stack: "" };
  }
  const type = thrown.name && thrown.name !== "Error" ? thrown.name : thrown.constructor.name;
  const stack = thrown.stack ?? "";
  return { kind, type, message: thrown.message, stack: ownStack(stack), refused: refusedBy(thrown, stack) };
}

function refusedBy(thrown: Error, stack: string): Failure["refused"] {
  const { code, syscall = "" } = thrown as NodeJS.ErrnoException;
  // Watches have a limit of the user's, beside the process's, and the same error for both.
  if (code === "EMFILE") return syscall === "watch" ? undefined : "descriptor";
  if (refusalsToSpawn.includes(code ?? "") && syscall.includes("spawn")) return "process";
  const isOutOfMemory = thrown instanceof RangeError && thrown.message === "Out of memory";
  return isOutOfMemory && lacksAddressSpace(stack) ? "memory" : undefined;
}

/**
 * Whether an error of the engine's is due to the process's limit. The engine says the same of what it never makes, but
 * where less is left than that, what it was asked for does not fit either way. A tool that throws the same itself is told
 * by its stack, on which nothing of the engine's comes first, as long as it has not used most of its memory.
 */
function lacksAddressSpace(stack: string): boolean {
  try {
    const limit = numberIn("/proc/self/limits", /^Max address space +(\d+)/m);
    const used = numberIn("/proc/self/status", /^VmSize:\s+(\d+) kB/m) * 1024;
    const isNative = /^[^\n]*\n +at [^\n]* \(unknown\)/.test(stack);
    return limit - used < largestObject && (isNative || used >= limit * 0.75);
  } catch (thrown) {
    return thrown instanceof RangeError;
  }
}

function numberIn(file: string, pattern: RegExp): number {
  return Number(pattern.exec(readFileSync(file, "utf8"))?.[1]);
}

/** Without the runtime's frames, which tell a tool's author nothing. */
function ownStack(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => !line.includes(import.meta.dir))
    .join("\n");
}

function textOf(thrown: unknown): string {
  try {
    return typeof thrown === "object" ? JSON.stringify(thrown) : String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}
