import { defineTool } from "@toolruntime/sdk";
import { z } from "zod";

class DemoError extends Error {
  override readonly name = "DemoError";
}

/** Fails in the way asked for: for seeing how each failure shows in metrics, traces and logs. */
export default defineTool({
  description:
    "Fails as asked: throw, exit (with a code), signal (SIGKILL), cycle (no JSON), large (over the limit) or schema (a result that is not as declared).",
  annotations: { title: "Fail", readOnly: true, openWorld: false },
  input: z.object({
    how: z.enum(["throw", "exit", "signal", "cycle", "large", "schema"]).default("throw"),
    code: z.int().min(0).max(255).default(1).describe("The exit code for `exit`."),
  }),
  output: z.union([z.string(), z.record(z.string(), z.unknown())]),
  run({ how, code }) {
    console.warn(`About to fail: ${how}`);
    switch (how) {
      case "throw":
        throw new DemoError("This tool fails when it is asked to, and it was.");
      case "exit":
        return process.exit(code);
      case "signal":
        process.kill(process.pid, "SIGKILL");
        return "still here";
      case "cycle": {
        const cycle: Record<string, unknown> = {};
        cycle["self"] = cycle;
        return cycle;
      }
      case "large":
        return "x".repeat(11_000_000);
      case "schema":
        return 42 as unknown as string;
    }
  },
});
