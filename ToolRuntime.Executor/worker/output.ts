import { Kind, writeJson } from "./frames.ts";

type Level = "debug" | "info" | "warn" | "error";

const levels = {
  trace: "debug",
  debug: "debug",
  log: "info",
  info: "info",
  warn: "warn",
  error: "error",
} as const satisfies Record<string, Level>;

/** Sends what a tool prints by `console` to the host, with its level. What it writes to stdout and stderr goes by pipes. */
export function captureConsole(): void {
  for (const [method, level] of Object.entries(levels)) {
    console[method as keyof typeof levels] = (...values: unknown[]) => {
      writeJson(Kind.log, { level, message: format(values) });
    };
  }
}

function format(values: unknown[]): string {
  // The module that formats takes milliseconds to load, and most lines do not need it.
  if (values.length === 1 && typeof values[0] === "string") return values[0];
  const util = require("node:util") as typeof import("node:util");
  return util.format(...values);
}
