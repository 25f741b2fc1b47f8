import { defineTool } from "@toolruntime/sdk";

interface Input {
  /** How to fail; by throwing where it is not given. */
  how?: "throw" | "exit" | "signal" | "cycle" | "large";
  /** The exit code for `exit`. */
  code?: number;
}

class DemoError extends Error {
  override readonly name = "DemoError";
}

/** Fails in the way asked for: for seeing how each failure shows in metrics, traces and logs. */
export default defineTool<Input | null, unknown>({
  description:
    "Fails as asked: throw, exit (with a code), signal (SIGKILL), cycle (no JSON) or large (over the limit).",
  run(input) {
    const how = input?.how ?? "throw";
    console.warn(`About to fail: ${how}`);
    switch (how) {
      case "throw":
        throw new DemoError("This tool fails when it is asked to, and it was.");
      case "exit":
        return process.exit(input?.code ?? 1);
      case "signal":
        return process.kill(process.pid, "SIGKILL");
      case "cycle": {
        const cycle: Record<string, unknown> = {};
        cycle["self"] = cycle;
        return cycle;
      }
      case "large":
        return "x".repeat(11_000_000);
    }
  },
});
