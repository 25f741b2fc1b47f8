const units = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800, y: 31536000 } as const;

/**
 * Reads a duration as Prometheus and Grafana write it, into seconds.
 * @throws RangeError It is none.
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|[smhdwy])$/.exec(text);
  if (!match) throw new RangeError(`No duration: ${text}`);
  return Number(match[1]) * units[match[2] as keyof typeof units];
}

/** Writes seconds as a duration that PromQL reads. */
export function formatDuration(seconds: number): string {
  if (!Number.isInteger(seconds)) return `${Math.max(1, Math.round(seconds * 1000))}ms`;
  for (const unit of ["d", "h", "m"] as const) {
    if (seconds >= units[unit] && seconds % units[unit] === 0) return `${seconds / units[unit]}${unit}`;
  }
  return `${seconds}s`;
}
