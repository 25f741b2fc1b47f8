import { defineTool } from "@toolruntime/sdk";
import { z } from "zod";

/** Computes in earnest: for seeing what a tool costs, and how its calls wait where only a few may run at once. */
export default defineTool({
  description:
    "Counts the primes below a number, by the sieve of Eratosthenes, and names the largest of them.",
  annotations: { title: "Count primes", readOnly: true, idempotent: true, openWorld: false },
  limits: { cpuMs: 10_000, concurrency: 2 },
  input: z.object({ below: z.int().min(0).max(100_000_000) }),
  output: z.object({ count: z.int(), largest: z.int().nullable() }),
  run({ below }) {
    const composite = new Uint8Array(below);
    let count = 0;
    let largest: number | null = null;
    for (let number = 2; number < below; number++) {
      if (composite[number]) continue;
      count++;
      largest = number;
      for (let multiple = number * number; multiple < below; multiple += number) composite[multiple] = 1;
    }
    return { count, largest };
  },
});
