import { expect, test } from "bun:test";
import { formatDuration, parseDuration } from "../src/query/durations.ts";
import { builtInVariables, intervalOf, queryRange, rateIntervalOf } from "../src/query/intervals.ts";
import { isRelative, resolveRange } from "../src/query/time-range.ts";

test.each([
  // A point for each pixel, on a round step.
  [3600, 600, 5, 10],
  [900, 900, 5, 5],
  [86400, 700, 5, 300],
  // Never below the scrape interval.
  [300, 2000, 15, 15],
  // Longer than any step of the list: whole days.
  [365 * 86400, 100, 5, 4 * 86400],
])("the interval of %d s on %d px, scraped every %d s, is %d s", (range, width, scrape, expected) => {
  expect(intervalOf(range, width, scrape)).toBe(expected);
});

test("the rate's interval holds four scrapes, or one interval and a scrape", () => {
  expect(rateIntervalOf(5, 5)).toBe(20);
  expect(rateIntervalOf(60, 5)).toBe(65);
});

test("a query's points lie on multiples of its step, within the range", () => {
  expect(queryRange(1001, 1099, 10)).toEqual({ start: 1010, end: 1090, step: 10 });
});

test("a range that is shorter than a step has one point", () => {
  expect(queryRange(1001, 1004, 10)).toEqual({ start: 1010, end: 1010, step: 10 });
});

test("the built-in variables are durations that PromQL reads", () => {
  expect(Object.fromEntries(builtInVariables(3600, 15, 5))).toEqual({
    __interval: "15s",
    __interval_ms: "15000",
    __rate_interval: "20s",
    __range: "1h",
    __range_s: "3600",
  });
});

test.each([
  ["250ms", 0.25],
  ["5s", 5],
  ["90m", 5400],
  ["2d", 172800],
])("the duration %s is %d s", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(["", "5", "s", "-5s", "5 s", "5x"])("'%s' is no duration", (text) => {
  expect(() => parseDuration(text)).toThrow(RangeError);
});

test.each([
  [0.5, "500ms"],
  [5, "5s"],
  [65, "65s"],
  [120, "2m"],
  [86400, "1d"],
])("%d s is written %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test("a range is relative to now, or of milliseconds", () => {
  expect(resolveRange({ from: "now-15m", to: "now" }, 10_000)).toEqual({ from: 9100, to: 10_000 });
  expect(resolveRange({ from: "1000000", to: "2000000" }, 10_000)).toEqual({ from: 1000, to: 2000 });
  expect(isRelative({ from: "now-15m", to: "now" })).toBe(true);
  expect(isRelative({ from: "1000000", to: "2000000" })).toBe(false);
});

test.each([
  ["now", "now-15m"],
  ["", ""],
  ["yesterday", "now"],
  ["now-x", "now"],
])("from '%s' to '%s' is no range", (from, to) => {
  expect(() => resolveRange({ from, to }, 10_000)).toThrow(RangeError);
});
