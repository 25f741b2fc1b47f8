import { formatDuration } from "./durations.ts";

/** The times that a range query asks for, in seconds since 1970. */
export interface QueryRange {
  start: number;
  end: number;
  step: number;
}

// Steps that people read easily, in seconds.
const steps = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
];

/** Grafana's $__interval in seconds: about a point for each pixel, and none between two scrapes. */
export function intervalOf(range: number, width: number, scrapeInterval: number): number {
  const finest = Math.max(range / Math.max(width, 1), scrapeInterval);
  return steps.find((step) => step >= finest) ?? Math.ceil(finest / 86400) * 86400;
}

/** Grafana's $__rate_interval in seconds: rate() needs two samples in every window, whatever scrape is missed. */
export function rateIntervalOf(interval: number, scrapeInterval: number): number {
  return Math.max(interval + scrapeInterval, 4 * scrapeInterval);
}

/** A range query whose points stay where they are when the range moves on. */
export function queryRange(from: number, to: number, step: number): QueryRange {
  const start = Math.ceil(from / step) * step;
  // A range shorter than a step has one point all the same.
  return { start, end: Math.max(start, Math.floor(to / step) * step), step };
}

/** What Grafana's built-in variables stand for. */
export function builtInVariables(
  range: number,
  interval: number,
  scrapeInterval: number,
): Map<string, string> {
  return new Map([
    ["__interval", formatDuration(interval)],
    ["__interval_ms", String(interval * 1000)],
    ["__rate_interval", formatDuration(rateIntervalOf(interval, scrapeInterval))],
    ["__range", formatDuration(Math.round(range))],
    ["__range_s", String(Math.round(range))],
  ]);
}
