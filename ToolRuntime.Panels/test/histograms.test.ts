import { expect, test } from "bun:test";
import { thin } from "../src/query/exemplars.ts";
import { bucketsOf } from "../src/query/heatmap.ts";
import type { Exemplar, Point } from "../src/query/prometheus.ts";

const series = (le: string, ...points: Point[]) => ({ labels: { le }, points });

test("a bucket is the difference of two adjacent bounds, in the order of the numbers", () => {
  const buckets = bucketsOf([
    series("+Inf", [0, 10], [5, 20]),
    series("10", [0, 9], [5, 20]),
    series("2.5", [0, 4], [5, 5]),
  ]);

  expect(buckets).toEqual([
    {
      lower: -Infinity,
      upper: 2.5,
      points: [
        [0, 4],
        [5, 5],
      ],
    },
    {
      lower: 2.5,
      upper: 10,
      points: [
        [0, 5],
        [5, 15],
      ],
    },
    {
      lower: 10,
      upper: Infinity,
      points: [
        [0, 1],
        [5, 0],
      ],
    },
  ]);
});

test("bounds are numbers, however they are written", () => {
  expect(bucketsOf([series("1.0", [0, 1]), series("1e1", [0, 3])]).map(({ upper }) => upper)).toEqual([
    1, 10,
  ]);
});

test("nothing fell into a bucket less than never", () => {
  expect(bucketsOf([series("1", [0, 5]), series("2", [0, 4])])[1]?.points).toEqual([[0, 0]]);
});

test("a series that is no bucket is left out", () => {
  expect(bucketsOf([{ labels: {}, points: [[0, 1]] }, series("1", [0, 1])])).toHaveLength(1);
});

const exemplar = (time: number, value: number): Exemplar => ({ labels: {}, series: {}, time, value });

test("of many exemplars 150 are left, with the slowest and the fastest among them", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => exemplar(index / 10, 1 + (index % 97)));
  const extremes = [exemplar(500.01, 1000), exemplar(500.02, 0.001)];

  const left = thin([...many, ...extremes], { from: 0, to: 1000 });

  expect(left.length).toBeLessThanOrEqual(150);
  expect(left.length).toBeGreaterThan(140);
  for (const extreme of extremes) expect(left).toContain(extreme);
});

test("few exemplars are left as they are", () => {
  const few = [exemplar(1, 1), exemplar(500, 2), exemplar(999, 3)];
  expect(thin(few, { from: 0, to: 1000 })).toEqual(few);
});
