import { defineTool } from "@toolruntime/sdk";

interface Input {
  /** Up to 100 million. */
  below: number;
}

const most = 100_000_000;

/** Computes in earnest: for seeing what a tool costs, and how its calls wait where only a few may run at once. */
export default defineTool<Input, { count: number; largest: number | null }>({
  description:
    "Counts the primes below a number, by the sieve of Eratosthenes, and names the largest of them.",
  limits: { cpuMs: 10_000, concurrency: 2 },
  run({ below }) {
    if (!Number.isInteger(below) || below < 0 || below > most) {
      throw new RangeError(`The number has to be a whole one from 0 to ${most}.`);
    }

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
