import type { HeatmapPanel } from "../dashboard/schema.ts";
import { element } from "../page/dom.ts";
import type { PanelData } from "../page/panel-data.ts";
import { bucketsOf, type Bucket } from "../query/heatmap.ts";
import { timeAxes } from "./axes.ts";
import type { ChartOption } from "./chart.ts";
import { colorScale, type HeatmapScheme } from "./colors.ts";
import { describeExemplar } from "./descriptions.ts";
import type { DataTable, Drawing, DrawingSurroundings } from "./drawing.ts";
import { formatTime } from "./format-time.ts";
import { Plot, type PlotContent } from "./plot.ts";
import { unitOf, type Unit } from "./units.ts";

/** A classic histogram over time: a row for each bucket, the darker the more fell into it. */
export class HeatmapDrawing implements Drawing {
  readonly element = element("div", { class: "drawing" });
  readonly #panel: HeatmapPanel;
  readonly #surroundings: DrawingSurroundings;
  readonly #bounds: Unit;
  readonly #cells: Unit;
  readonly #plot: Plot;
  readonly #scale = element("div", { class: "scale" });
  #buckets: Bucket[] = [];

  constructor(panel: HeatmapPanel, surroundings: DrawingSurroundings) {
    this.#panel = panel;
    this.#surroundings = surroundings;
    this.#bounds = unitOf(panel.fieldConfig.defaults.unit)!;
    this.#cells = unitOf(panel.options.cellValues?.unit ?? "short")!;
    this.#plot = new Plot(panel.title, surroundings);
    this.element.append(this.#plot.element, this.#scale);
  }

  show(data: PanelData): boolean {
    this.#buckets = bucketsOf(data.series);
    const highest = Math.max(0, ...this.#buckets.flatMap(({ points }) => points.map(([, value]) => value)));
    if (highest === 0) return false;
    this.#plot.show(this.#content(data, highest));
    this.#showScale(highest);
    return true;
  }

  table(): DataTable {
    const times = [...new Set(this.#buckets.flatMap(({ points }) => points.map(([time]) => time)))];
    const values = this.#buckets.map(({ points }) => new Map(points));
    return {
      columns: ["Time", ...this.#buckets.map((bucket) => this.#name(bucket))],
      rows: times
        .sort((a, b) => b - a)
        .map((time) => [
          formatTime(time),
          ...values.map((bucket) => {
            const value = bucket.get(time);
            return value === undefined ? "" : this.#cells.formatTick(value);
          }),
        ]),
    };
  }

  dispose(): void {
    this.#plot.dispose();
  }

  #content(data: PanelData, highest: number): PlotContent {
    const { start, step } = data.query;
    return {
      option: this.#option(data, highest),
      exemplars: data.exemplars,
      heightOf: (value) => heightIn(this.#buckets, value),
      describe: (time, height) => {
        const bucket = this.#buckets[Math.floor(height)];
        // A cell ends at the time that its value is of.
        const end = start + Math.ceil((time - start) / step) * step;
        const value = bucket?.points.find(([at]) => at === end)?.[1];
        if (!bucket || value === undefined) return undefined;
        return element(
          "div",
          {},
          element("p", { class: "tooltip-time" }, `${formatTime(end - step)} – ${formatTime(end)}`),
          element("p", {}, this.#name(bucket), ": ", element("strong", {}, this.#cells.format(value))),
        );
      },
      colorOf: () => this.#surroundings.theme.exemplar,
      describeExemplar: (exemplar) =>
        describeExemplar(exemplar, this.#bounds, this.#surroundings.traceLink(exemplar)),
    };
  }

  #option(data: PanelData, highest: number): ChartOption {
    const { theme } = this.#surroundings;
    const { step } = data.query;
    const buckets = this.#buckets;
    const color = this.#colors(highest);
    const cells = buckets.flatMap(({ points }, row) =>
      points.filter(([, value]) => value > 0).map(([time, value]) => [time * 1000, row, value]),
    );
    return {
      ...timeAxes(data.range, theme, false),
      yAxis: {
        type: "value",
        min: 0,
        max: buckets.length,
        interval: 1,
        axisLabel: {
          color: theme.muted,
          fontSize: 11,
          hideOverlap: true,
          formatter: (row: number) => this.#boundText(row),
        },
        splitLine: { lineStyle: { color: theme.grid } },
      },
      series: [
        {
          type: "custom",
          data: cells,
          clip: true,
          silent: true,
          renderItem: (_, api) => {
            const [time, row, value] = [Number(api.value(0)), Number(api.value(1)), Number(api.value(2))];
            const [left, top] = api.coord([time - step * 1000, row + 1]) as [number, number];
            const [right, bottom] = api.coord([time, row]) as [number, number];
            const gap = right - left > 4 ? (this.#panel.options.cellGap ?? 0) : 0;
            return {
              type: "rect",
              shape: {
                x: left,
                y: top + 0.5,
                width: Math.max(1, right - left - gap),
                height: bottom - top - 1,
              },
              style: { fill: color(value) },
            };
          },
        },
      ],
    };
  }

  #colors(highest: number): (value: number) => string {
    const { scheme, exponent } = this.#panel.options.color;
    const scale = colorScale(this.#surroundings.theme.schemes[scheme as HeatmapScheme]);
    return (value) => scale((value / highest) ** exponent);
  }

  #showScale(highest: number): void {
    const { scheme } = this.#panel.options.color;
    const gradient = element("span", { class: "scale-colors", "aria-hidden": "true" });
    gradient.style.background = `linear-gradient(to right, ${this.#surroundings.theme.schemes[scheme as HeatmapScheme].join(", ")})`;
    this.#scale.replaceChildren("0", gradient, this.#cells.format(highest));
  }

  /** Under the row's lower edge. */
  #boundText(row: number): string {
    if (row === 0) return this.#bounds.format(0);
    const bound = this.#buckets[row - 1]?.upper ?? Infinity;
    return this.#bounds.format(bound);
  }

  #name({ lower, upper }: Bucket): string {
    if (upper === Infinity) return `over ${this.#bounds.format(lower)}`;
    if (lower === -Infinity) return `up to ${this.#bounds.format(upper)}`;
    return `${this.#bounds.format(lower)} – ${this.#bounds.format(upper)}`;
  }
}

/** Where a value lies: as high in its bucket's row as it is between the bucket's bounds, whose distance grows with them. */
function heightIn(buckets: readonly Bucket[], value: number): number {
  const row = buckets.findIndex(({ upper }) => value <= upper);
  const bucket = buckets[row];
  if (!bucket) return NaN;
  if (bucket.upper === Infinity) return row + 0.5;
  return bucket.lower > 0
    ? row + Math.log(value / bucket.lower) / Math.log(bucket.upper / bucket.lower)
    : row + value / bucket.upper;
}
