import { parseDuration } from "./durations.ts";

/** A range of time as Grafana writes it: `now`, `now-15m`, or milliseconds since 1970. */
export interface TimeRange {
  from: string;
  to: string;
}

/** In seconds since 1970. */
export interface AbsoluteRange {
  from: number;
  to: number;
}

/**
 * @param now In seconds since 1970.
 * @throws RangeError It is no range of time.
 */
export function resolveRange(range: TimeRange, now: number): AbsoluteRange {
  const from = resolveTime(range.from, now);
  const to = resolveTime(range.to, now);
  if (!(from < to)) throw new RangeError(`No range of time: ${range.from} to ${range.to}`);
  return { from, to };
}

export function isRelative({ to }: TimeRange): boolean {
  return to.startsWith("now");
}

function resolveTime(text: string, now: number): number {
  if (text === "now") return now;
  if (text.startsWith("now-")) return now - parseDuration(text.slice("now-".length));
  const milliseconds = Number(text);
  if (text === "" || !Number.isFinite(milliseconds)) throw new RangeError(`No time: ${text}`);
  return milliseconds / 1000;
}
