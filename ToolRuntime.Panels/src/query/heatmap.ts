import type { Point, PrometheusSeries } from "./prometheus.ts";

/** What lies between two adjacent bounds of a classic histogram. */
export interface Bucket {
  /** Above this; -Infinity for the lowest. */
  lower: number;
  /** Up to this, included; Infinity for the highest. */
  upper: number;
  points: Point[];
}

/** Takes the cumulative series of a classic histogram, one for each `le`, apart into its buckets, lowest first. */
export function bucketsOf(series: readonly PrometheusSeries[]): Bucket[] {
  const cumulative = series
    .map(({ labels, points }) => ({ upper: boundOf(labels["le"]), points: new Map(points) }))
    .filter(({ upper }) => !Number.isNaN(upper))
    .sort((a, b) => a.upper - b.upper);
  return cumulative.map(({ upper, points }, index) => {
    const below = cumulative[index - 1];
    return {
      lower: below?.upper ?? -Infinity,
      upper,
      // Two series of one histogram are not read at the very same instant: a difference can come out below zero.
      points: [...points].map(([time, value]): Point => [
        time,
        Math.max(0, value - (below?.points.get(time) ?? 0)),
      ]),
    };
  });
}

/** The bound that the text of a label says: "1", "1.0" and "1e0" are one bound. */
function boundOf(le: string | undefined): number {
  return le === "+Inf" ? Infinity : Number(le ?? NaN);
}
