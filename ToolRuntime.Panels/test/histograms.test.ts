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

const exemplar = (time: number, value: number, series = {}): Exemplar => ({
  labels: {},
  series,
  time,
  value,
});

test("of many exemplars 150 are left, with the slowest of each kind of call among them", () => {
  const many = Array.from({ length: 9_000 }, (_, index) =>
    exemplar(index / 9, 1 + (index % 97), { tool_id: `tool-${index % 3}`, le: String(index % 5) }),
  );
  const slowest = [0, 1, 2].map((tool) => exemplar(500.01, 1000, { tool_id: `tool-${tool}` }));

  const left = thin([...many, ...slowest], { from: 0, to: 1000 });

  expect(left).toHaveLength(150);
  for (const one of slowest) expect(left).toContain(one);
  for (const { series } of slowest) {
    expect(left.filter((one) => one.series["tool_id"] === series["tool_id"])).toHaveLength(50);
  }
});

test("few exemplars are left as they are", () => {
  const few = [exemplar(1, 1), exemplar(500, 2), exemplar(999, 3)];
  expect(thin(few, { from: 0, to: 1000 })).toEqual(few);
  expect(thin([], { from: 0, to: 1000 })).toEqual([]);
});
