import type { Exemplar } from "./prometheus.ts";
import type { AbsoluteRange } from "./time-range.ts";

const slots = 75;

/** Leaves at most 150 exemplars: of each slot of time the lowest and the highest, which are those to look at. */
export function thin(exemplars: readonly Exemplar[], range: AbsoluteRange): Exemplar[] {
  const width = (range.to - range.from) / slots;
  const extremes = new Map<number, { lowest: Exemplar; highest: Exemplar }>();
  for (const exemplar of exemplars) {
    const slot = Math.min(slots - 1, Math.max(0, Math.floor((exemplar.time - range.from) / width)));
    const seen = extremes.get(slot);
    if (!seen) {
      extremes.set(slot, { lowest: exemplar, highest: exemplar });
    } else if (exemplar.value > seen.highest.value) {
      seen.highest = exemplar;
    } else if (exemplar.value < seen.lowest.value) {
      seen.lowest = exemplar;
    }
  }
  return [...new Set([...extremes.values()].flatMap(({ lowest, highest }) => [lowest, highest]))];
}
