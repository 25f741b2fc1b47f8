import type { AsyncLocalStorage } from "node:async_hooks";
import { Kind, writeJson } from "./frames.ts";
import type { ToolContext } from "./sdk.ts";

/** What the host says of a call beside its input. */
export interface CallInfo {
  executionId: string;
  toolId: string;
  /** In milliseconds since 1970. */
  deadline: number;
}

const log: ToolContext["log"] = {
  debug: (...values) => console.debug(...values),
  info: (...values) => console.info(...values),
  warn: (...values) => console.warn(...values),
  error: (...values) => console.error(...values),
};

/** The context of one call. What a tool does not use costs it nothing. */
export class CallContext implements ToolContext {
  readonly executionId: string;
  readonly toolId: string;
  readonly #deadline: number;
  #abort: AbortController | undefined;
  #spans = 0;
  #current: AsyncLocalStorage<number> | undefined;

  constructor(call: CallInfo) {
    this.executionId = call.executionId;
    this.toolId = call.toolId;
    this.#deadline = call.deadline;
  }

  get deadline(): Date {
    return new Date(this.#deadline);
  }

  /** A tool that asks for it is told that it is being ended, and has a moment; any other ends at once. */
  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      this.#abort = abort;
      process.once("SIGTERM", () => {
        abort.abort(
          new DOMException("The call was ended: its deadline passed, or its caller went away.", "AbortError"),
        );
      });
    }
    return this.#abort.signal;
  }

  /** Ends the process as the signal would have, once a tool that was told has come to its end. */
  endIfAborted(): void {
    if (this.#abort?.signal.aborted) process.kill(process.pid, "SIGTERM");
  }

  get log(): ToolContext["log"] {
    return log;
  }

  progress(fraction: number, message = ""): void {
    if (!(fraction >= 0 && fraction <= 1)) throw new RangeError("A fraction is between 0 and 1.");
    writeJson(Kind.progress, { fraction, message: String(message) });
  }

  span<T>(name: string, work: () => T): T {
    const storage = (this.#current ??= newStorage());
    const id = ++this.#spans;
    writeJson(Kind.spanStart, { id, parent: storage.getStore() ?? 0, name: String(name), at: now() });
    const end = (error: string) => writeJson(Kind.spanEnd, { id, error, at: now() });
    return storage.run(id, () => {
      let result: T;
      try {
        result = work();
      } catch (thrown) {
        end(describe(thrown));
        throw thrown;
      }
      if (!(result instanceof Promise)) {
        end("");
        return result;
      }
      return result.then(
        (value: unknown) => {
          end("");
          return value;
        },
        (thrown: unknown) => {
          end(describe(thrown));
          throw thrown;
        },
      ) as T;
    });
  }
}

/** In milliseconds since 1970, with fractions. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown;
}

// Loaded only for tools that make spans: it adds milliseconds to a worker's start.
function newStorage(): AsyncLocalStorage<number> {
  const { AsyncLocalStorage } = require("node:async_hooks") as typeof import("node:async_hooks");
  return new AsyncLocalStorage<number>();
}
