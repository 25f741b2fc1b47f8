import { format } from "node:util";
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
      writeJson(Kind.log, { level, message: format(...values) });
    };
  }
}
