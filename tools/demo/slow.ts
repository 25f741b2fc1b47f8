import { defineTool } from "@toolruntime/sdk";
import { z } from "zod";

/** Takes its time, and says so while it does: for trying time-outs and cancellation. */
export default defineTool({
  description: "Works for the given number of milliseconds and tells how far it is.",
  annotations: { title: "Work slowly", readOnly: true, idempotent: true, openWorld: false },
  input: z.object({
    milliseconds: z.number().min(0).default(1000).describe("How long to work."),
  }),
  output: z.object({ slept: z.number() }),
  async run({ milliseconds }, _config, context) {
    const steps = 4;
    for (let step = 1; step <= steps; step++) {
      await Bun.sleep(milliseconds / steps);
      context.progress(step / steps);
      console.log(`${(100 * step) / steps} % done`);
    }
    return { slept: milliseconds };
  },
});
