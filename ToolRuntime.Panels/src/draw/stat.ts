import type { StatPanel } from "../dashboard/schema.ts";
import { element, svg } from "../page/dom.ts";
import type { NamedSeries, PanelData } from "../page/panel-data.ts";
import type { Point } from "../query/prometheus.ts";
import type { DataTable, Drawing, DrawingSurroundings } from "./drawing.ts";
import { formatTime } from "./format-time.ts";
import { thresholdColor } from "./thresholds.ts";
import { unitOf, type Unit } from "./units.ts";

/** One number, in the colour of its threshold, over its course. */
export class StatDrawing implements Drawing {
  readonly element = element("div", { class: "drawing stat" });
  readonly #panel: StatPanel;
  readonly #surroundings: DrawingSurroundings;
  readonly #unit: Unit;
  #series: NamedSeries | undefined;

  constructor(panel: StatPanel, surroundings: DrawingSurroundings) {
    this.#panel = panel;
    this.#surroundings = surroundings;
    this.#unit = unitOf(panel.fieldConfig.defaults.unit)!;
  }

  show(data: PanelData): boolean {
    const { noValue, thresholds } = this.#panel.fieldConfig.defaults;
    this.#series = data.series[0];
    const current = currentValue(data);
    const points = this.#series?.points ?? [];
    const color = thresholdColor(current ?? NaN, thresholds, this.#surroundings.theme);
    const value = element(
      "p",
      { class: current === undefined ? "stat-value missing" : "stat-value" },
      current === undefined ? (noValue ?? "–") : this.#format(current),
    );
    if (current !== undefined) value.style.color = color;
    this.element.replaceChildren(value, sparkline(points, data, color));
    return true;
  }

  table(): DataTable {
    return {
      columns: ["Time", this.#series?.name ?? "Value"],
      rows: (this.#series?.points ?? [])
        .toReversed()
        .map(([time, value]) => [formatTime(time), this.#format(value)]),
    };
  }

  dispose(): void {
    this.element.replaceChildren();
  }

  #format(value: number): string {
    return this.#unit.format(value, this.#panel.fieldConfig.defaults.decimals);
  }
}

/** The last value, unless it is from before the range's end: what was is not what is. */
function currentValue({ series, query }: PanelData): number | undefined {
  const [time, value] = series[0]?.points.at(-1) ?? [];
  return time !== undefined && query.end - time <= query.step ? value : undefined;
}

const width = 100;
const height = 30;

function sparkline(points: Point[], { range }: PanelData, color: string): SVGSVGElement {
  const drawing = svg("svg", {
    class: "sparkline",
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  const finite = points.filter(([, value]) => Number.isFinite(value));
  if (finite.length < 2) return drawing;
  const highest = Math.max(...finite.map(([, value]) => value)) || 1;
  const at = ([time, value]: Point) =>
    `${(((time - range.from) / (range.to - range.from)) * width).toFixed(2)} ` +
    `${(height - 1.5 - (value / highest) * (height - 3)).toFixed(2)}`;
  const line = `M${finite.map(at).join("L")}`;
  const x = (point: Point) => at(point).split(" ")[0]!;
  const area = svg("path", {
    class: "sparkline-area",
    d: `${line}L${x(finite.at(-1)!)} ${height}L${x(finite[0]!)} ${height}Z`,
  });
  const stroke = svg("path", { class: "sparkline-line", d: line });
  area.style.fill = color;
  stroke.style.stroke = color;
  drawing.append(area, stroke);
  return drawing;
}
