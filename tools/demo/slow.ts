import { defineTool } from "@toolruntime/sdk";

interface Input {
  /** How long to work; one second where it is not given. */
  milliseconds?: number;
}

/** Takes its time, and says so while it does: for trying time-outs and cancellation. */
export default defineTool<Input | null, { slept: number }>({
  description: "Works for the given number of milliseconds (1000 by default) and prints how far it is.",
  async run(input) {
    const milliseconds = input?.milliseconds ?? 1000;
    const steps = 4;
    for (let step = 1; step <= steps; step++) {
      await Bun.sleep(milliseconds / steps);
      console.log(`${(100 * step) / steps} % done`);
    }
    return { slept: milliseconds };
  },
});
