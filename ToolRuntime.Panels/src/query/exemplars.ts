import type { Exemplar } from "./prometheus.ts";
import type { AbsoluteRange } from "./time-range.ts";

const most = 150;

/** What tells the samples of one call's series apart, and not one kind of call from another. */
const irrelevant = new Set(["__name__", "le", "instance", "job"]);

/**
 * Leaves at most about 150 exemplars, the same number for each kind of call (a tool and an outcome): of each slot of time
 * the highest, which is the one to look at.
 */
export function thin(exemplars: readonly Exemplar[], range: AbsoluteRange): Exemplar[] {
  const kinds = Map.groupBy(exemplars, kindOf);
  const slots = Math.max(1, Math.floor(most / Math.max(1, kinds.size)));
  return [...kinds.values()].flatMap((ofKind) => highestOfSlots(ofKind, range, slots));
}

function highestOfSlots(
  exemplars: readonly Exemplar[],
  { from, to }: AbsoluteRange,
  slots: number,
): Exemplar[] {
  const highest = new Map<number, Exemplar>();
  for (const exemplar of exemplars) {
    const slot = Math.floor(((exemplar.time - from) / (to - from)) * slots);
    const known = highest.get(slot);
    if (!known || exemplar.value > known.value) highest.set(slot, exemplar);
  }
  return [...highest.values()];
}

function kindOf({ series }: Exemplar): string {
  return JSON.stringify(
    Object.entries(series)
      .filter(([label]) => !irrelevant.has(label))
      .sort(),
  );
}
