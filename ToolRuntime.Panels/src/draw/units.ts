/** Says a value in a unit. */
export interface Unit {
  format(value: number, decimals?: number): string;
  /** As `format`, where the unit itself stands beside the axis. */
  formatTick(value: number, decimals?: number): string;
  /** What stands beside the axis. */
  axisName: string;
}

type Format = Unit["format"];

const units: Record<string, Unit> = {
  none: beside(""),
  short: beside(""),
  percentunit: within((value, decimals) => `${number(value * 100, decimals)} %`),
  s: within(seconds),
  decbytes: within(bytes),
};

/** @returns undefined where the page does not know the unit. Grafana's `suffix:` units are whatever follows the colon. */
export function unitOf(id: string): Unit | undefined {
  return id.startsWith("suffix:") ? beside(id.slice("suffix:".length)) : units[id];
}

/** A unit in words, which is said once beside an axis. */
function beside(name: string): Unit {
  const format = finite(scaled);
  return {
    format: name ? (value, decimals) => `${format(value, decimals)} ${name}` : format,
    formatTick: format,
    axisName: name,
  };
}

/** A unit that changes with the value's size, and so is said with each value. */
function within(format: Format): Unit {
  return { format: finite(format), formatTick: finite(format), axisName: "" };
}

function finite(format: Format): Format {
  return (value, decimals) => {
    if (Number.isFinite(value)) return format(value, decimals);
    return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  };
}

function seconds(value: number, decimals?: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0) return "0 s";
  if (magnitude < 1e-3) return `${number(value * 1e6, decimals)} µs`;
  if (magnitude < 1) return `${number(value * 1e3, decimals)} ms`;
  if (magnitude < 120) return `${number(value, decimals)} s`;
  if (magnitude < 7200) return `${number(value / 60, decimals)} min`;
  return `${number(value / 3600, decimals)} h`;
}

function bytes(value: number, decimals?: number): string {
  const names = ["B", "kB", "MB", "GB", "TB"];
  const power = powerOf(value, names.length - 1);
  return `${number(value / 1000 ** power, decimals)} ${names[power]}`;
}

function scaled(value: number, decimals?: number): string {
  const names = ["", " K", " M", " G", " T"];
  // Four digits are still read at a glance.
  const power = Math.abs(value) < 10_000 ? 0 : powerOf(value, names.length - 1);
  return number(value / 1000 ** power, decimals) + names[power];
}

function powerOf(value: number, highest: number): number {
  const magnitude = Math.abs(value);
  return magnitude < 1000 ? 0 : Math.min(highest, Math.floor(Math.log10(magnitude) / 3 + 1e-9));
}

/** With three significant digits, and no zeros at the end; or with just the decimals that are asked for. */
function number(value: number, decimals?: number): string {
  if (decimals !== undefined) return value.toFixed(decimals);
  const rounded = Number(value.toPrecision(3));
  const magnitude = Math.abs(rounded);
  if (magnitude >= 100) return String(Math.round(value));
  if (magnitude !== 0 && magnitude < 0.001) return "<0.001";
  return String(rounded);
}
