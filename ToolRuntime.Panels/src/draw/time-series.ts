import type { FieldProperty, TimeSeriesPanel } from "../dashboard/schema.ts";
import { element } from "../page/dom.ts";
import type { NamedSeries, PanelData } from "../page/panel-data.ts";
import type { Exemplar, Labels } from "../query/prometheus.ts";
import type { QueryRange } from "../query/intervals.ts";
import { nameOfAxis, timeAxes } from "./axes.ts";
import type { ChartOption } from "./chart.ts";
import { PaletteByName, type NamedColor } from "./colors.ts";
import type { DataTable, Drawing, DrawingSurroundings } from "./drawing.ts";
import { describeExemplar, describeValues } from "./descriptions.ts";
import { formatTime } from "./format-time.ts";
import { Legend } from "./legend.ts";
import { Plot, type PlotContent } from "./plot.ts";
import { unitOf, type Unit } from "./units.ts";

interface Line extends NamedSeries {
  color: string;
  width: number;
  dash: number[] | "solid";
  /** By time in seconds. */
  values: ReadonlyMap<number, number>;
}

/** Lines over time, stacked or not, with thresholds, exemplars and a legend. */
export class TimeSeriesDrawing implements Drawing {
  readonly element = element("div", { class: "drawing" });
  readonly #panel: TimeSeriesPanel;
  readonly #surroundings: DrawingSurroundings;
  readonly #unit: Unit;
  readonly #plot: Plot;
  readonly #legend: Legend;
  readonly #palette = new PaletteByName();
  #data: PanelData | undefined;
  #lines: Line[] = [];

  constructor(panel: TimeSeriesPanel, surroundings: DrawingSurroundings) {
    this.#panel = panel;
    this.#surroundings = surroundings;
    this.#unit = unitOf(panel.fieldConfig.defaults.unit)!;
    this.#plot = new Plot(panel.title, surroundings);
    this.#legend = new Legend(panel.options.legend, this.#unit, panel.fieldConfig.defaults.decimals, () =>
      this.#draw(),
    );
    this.element.append(this.#plot.element, this.#legend.element);
  }

  show(data: PanelData): boolean {
    this.#data = data;
    this.#lines = data.series.map((series) => this.#line(series));
    if (this.#lines.length === 0) return false;
    this.#legend.show(this.#lines);
    this.#draw();
    return true;
  }

  table(): DataTable {
    const lines = this.#shown();
    const { axisName } = this.#unit;
    return {
      columns: ["Time", ...lines.map(({ name }) => (axisName ? `${name} (${axisName})` : name))],
      rows: this.#times()
        .reverse()
        .map((time) => [
          formatTime(time),
          ...lines.map(({ values }) => {
            const value = values.get(time);
            return value === undefined ? "" : this.#unit.formatTick(value);
          }),
        ]),
    };
  }

  dispose(): void {
    this.#plot.dispose();
  }

  #shown(): Line[] {
    return this.#lines.filter(({ name }) => this.#legend.shows(name));
  }

  #draw(): void {
    if (this.#data) this.#plot.show(this.#content(this.#data));
  }

  #content(data: PanelData): PlotContent {
    const lines = this.#shown();
    return {
      option: this.#option(data, lines),
      exemplars: data.exemplars.filter(({ series }) =>
        lines.some(({ labels: { tool_id: tool } }) => tool === undefined || tool === series["tool_id"]),
      ),
      heightOf: (value) => value,
      describe: (time) => {
        const nearest = nearestTime(time, data.query);
        const rows = lines.flatMap(({ name, color, values }) => {
          const value = values.get(nearest);
          return value === undefined ? [] : { name, color, value };
        });
        rows.sort((a, b) => b.value - a.value);
        return describeValues(
          nearest,
          rows.map((row) => ({ ...row, value: this.#format(row.value) })),
        );
      },
      colorOf: ({ series }) => this.#colorOf(series, ""),
      describeExemplar: (exemplar: Exemplar) =>
        describeExemplar(exemplar, this.#unit, this.#surroundings.traceLink(exemplar)),
    };
  }

  #option(data: PanelData, lines: Line[]): ChartOption {
    const { theme } = this.#surroundings;
    const { defaults } = this.#panel.fieldConfig;
    const isStacked = defaults.custom?.stacking?.mode === "normal";
    const isLogarithmic = defaults.custom?.scaleDistribution?.type === "log";
    const times = this.#times();
    return {
      ...timeAxes(data.range, theme, this.#unit.axisName !== ""),
      yAxis: {
        type: isLogarithmic ? "log" : "value",
        ...(defaults.min === undefined ? {} : { min: defaults.min }),
        ...(defaults.max === undefined ? {} : { max: defaults.max }),
        ...nameOfAxis(this.#unit.axisName, theme),
        splitNumber: 4,
        ...(defaults.decimals === 0 ? { minInterval: 1 } : {}),
        axisLabel: {
          color: theme.muted,
          fontSize: 11,
          formatter: (value: number) => this.#unit.formatTick(value),
        },
        splitLine: { lineStyle: { color: theme.grid } },
      },
      series: lines.map((line, index) => ({
        type: "line",
        name: line.name,
        data: points(line, times, { isStacked, isLogarithmic }),
        ...(isStacked ? { stack: "all" } : {}),
        symbol: "none",
        connectNulls: false,
        emphasis: { disabled: true },
        itemStyle: { color: line.color },
        lineStyle: { color: line.color, width: line.width, type: line.dash, join: "round" },
        areaStyle: { color: line.color, opacity: (defaults.custom?.fillOpacity ?? 0) / 100 },
        ...(index === 0 ? { markLine: this.#thresholds() } : {}),
      })),
    };
  }

  #thresholds() {
    const { defaults } = this.#panel.fieldConfig;
    const { theme } = this.#surroundings;
    const steps =
      defaults.custom?.thresholdsStyle?.mode === "dashed" ? (defaults.thresholds?.steps ?? []) : [];
    return {
      silent: true,
      symbol: "none",
      label: { show: false },
      data: steps
        .filter(({ value }) => value !== null)
        .map(({ value, color }) => ({
          yAxis: value!,
          lineStyle: { color: theme.named[color as NamedColor], type: [4, 4], width: 1, opacity: 0.8 },
        })),
    };
  }

  /** Every time that any line has a value at. */
  #times(): number[] {
    return [...new Set(this.#lines.flatMap(({ points }) => points.map(([time]) => time)))].sort(
      (a, b) => a - b,
    );
  }

  #format(value: number): string {
    return this.#unit.format(value, this.#panel.fieldConfig.defaults.decimals);
  }

  /** A tool has its colour whatever is said of it; every other series has one by its name. */
  #colorOf(labels: Labels, name: string): string {
    const { theme, toolPalette } = this.#surroundings;
    const tool = labels["tool_id"];
    const index = tool === undefined ? this.#palette.indexOf(name) : toolPalette.indexOf(tool);
    return theme.palette[index]!;
  }

  #line(series: NamedSeries): Line {
    const { theme } = this.#surroundings;
    const { defaults, overrides } = this.#panel.fieldConfig;
    const line: Line = {
      ...series,
      color: this.#colorOf(series.labels, series.name),
      width: defaults.custom?.lineWidth ?? 1,
      dash: "solid",
      values: new Map(series.points),
    };
    for (const { matcher, properties } of overrides) {
      if (matcher.options === (matcher.id === "byName" ? series.name : series.refId)) {
        for (const property of properties) apply(property, line, theme.named);
      }
    }
    return line;
  }
}

function apply(property: FieldProperty, line: Line, colors: Record<NamedColor, string>): void {
  switch (property.id) {
    case "color":
      line.color = colors[property.value.fixedColor as NamedColor];
      break;
    case "custom.lineStyle":
      line.dash = property.value.dash ?? "solid";
      break;
    case "custom.lineWidth":
      line.width = property.value;
      break;
  }
}

function nearestTime(time: number, { start, step }: QueryRange): number {
  return start + Math.round((time - start) / step) * step;
}

type Item = [number, number | null] | { value: [number, number]; symbol: "circle"; symbolSize: number };

/** A value for every time: what is missing is a gap in a line, and nothing in a stack. */
function points(
  line: Line,
  times: number[],
  { isStacked, isLogarithmic }: { isStacked: boolean; isLogarithmic: boolean },
): Item[] {
  return times.map((time, index): Item => {
    const value = line.values.get(time);
    if (value === undefined || !Number.isFinite(value) || (isLogarithmic && value <= 0))
      return [time * 1000, isStacked ? 0 : null];
    // A value alone makes no line.
    const isAlone = !line.values.has(times[index - 1] ?? NaN) && !line.values.has(times[index + 1] ?? NaN);
    return isAlone ? { value: [time * 1000, value], symbol: "circle", symbolSize: 4 } : [time * 1000, value];
  });
}
