// What of a dashboard the page draws. Whatever is not listed here is reported, so that nothing in the JSON is passed over.
import { heatmapSchemes, namedColors } from "../draw/colors.ts";
import { calculations } from "../draw/legend.ts";
import { unitOf } from "../draw/units.ts";
import { parseDuration } from "../query/durations.ts";
import { variablesIn } from "../query/interpolation.ts";
import { builtInVariables } from "../query/intervals.ts";
import { isLabelQuery } from "../query/label-query.ts";
import { anything, byKind, list, number, object, oneOf, text, that, type Check } from "./check.ts";

/** What the page cannot draw of a panel. */
export function problemsOfPanel(panel: unknown): string[] {
  return panelOrRow(panel, "panel");
}

/** What the page cannot draw of a dashboard, its panels included. */
export function problemsOf(dashboard: unknown): string[] {
  return dashboardCheck(dashboard, "dashboard");
}

const dataSource = object({ type: oneOf("prometheus"), uid: oneOf("${datasource}") });
const unit = that((id) => unitOf(id) !== undefined, "a unit that the page knows");
const color = oneOf(...namedColors);
const fixedColor = object({ mode: oneOf("fixed"), fixedColor: color });
const gridPosition = object({ x: number, y: number, w: number, h: number });

const queryVariables = new Set([...builtInVariables(3600, 15, 5).keys(), "tool_id"]);
const expression: Check = (value, path) =>
  typeof value === "string"
    ? variablesIn(value)
        .filter((name) => !queryVariables.has(name))
        .map((name) => `${path} names $${name}, which is no variable that the page knows`)
    : [`${path} is no text`];

const thresholds = object({
  mode: oneOf("absolute"),
  steps: list(object({ color, value: (value, path) => (value === null ? [] : number(value, path)) })),
});

function target(format: "time_series" | "heatmap", isInstant: boolean): Check {
  return object({
    refId: text,
    datasource: dataSource,
    editorMode: anything,
    expr: expression,
    legendFormat: text,
    format: oneOf(format),
    instant: oneOf(isInstant),
    range: oneOf(!isInstant),
    "exemplar?": oneOf(true, false),
  });
}

function panel(
  type: string,
  targets: Check,
  options: Check,
  defaults: Record<string, Check>,
  overrides: Check,
): Check {
  return object({
    id: number,
    type: oneOf(type),
    title: text,
    description: text,
    datasource: dataSource,
    gridPos: gridPosition,
    targets: list(targets),
    options,
    fieldConfig: object({
      defaults: object({ unit, "decimals?": number, "min?": number, "max?": number, ...defaults }),
      overrides,
    }),
    pluginVersion: anything,
  });
}

const none = list((_, path) => [`${path} is not drawn`]);
const lastValue = object({
  calcs: (value, path) => oneOf('["lastNotNull"]')(JSON.stringify(value), path),
  fields: oneOf(""),
  values: oneOf(false),
});

const timeSeries = panel(
  "timeseries",
  target("time_series", false),
  object({
    legend: object({
      showLegend: oneOf(true),
      displayMode: oneOf("table"),
      placement: oneOf("bottom"),
      calcs: list(that((name) => name in calculations, "a calculation that the page knows")),
      sortBy: oneOf("Last *"),
      sortDesc: oneOf(true),
    }),
    tooltip: object({ mode: oneOf("multi"), sort: oneOf("desc") }),
  }),
  {
    color: object({ mode: oneOf("palette-classic-by-name") }),
    thresholds,
    custom: object({
      drawStyle: oneOf("line"),
      lineInterpolation: oneOf("linear"),
      lineWidth: number,
      fillOpacity: number,
      gradientMode: oneOf("none"),
      showPoints: oneOf("never"),
      spanNulls: oneOf(false),
      stacking: object({ group: oneOf("A"), mode: oneOf("none", "normal") }),
      thresholdsStyle: object({ mode: oneOf("off", "dashed") }),
      axisPlacement: oneOf("auto"),
      scaleDistribution: byKind("type", {
        linear: object({ type: anything }),
        log: object({ type: anything, log: oneOf(10) }),
      }),
    }),
  },
  list(
    object({
      matcher: object({ id: oneOf("byName", "byFrameRefID"), options: text }),
      properties: list(
        byKind("id", {
          color: object({ id: anything, value: fixedColor }),
          "custom.lineStyle": object({
            id: anything,
            value: object({ fill: anything, dash: list(number) }),
          }),
          "custom.lineWidth": object({ id: anything, value: number }),
        }),
      ),
    }),
  ),
);

const stat = panel(
  "stat",
  target("time_series", false),
  object({
    reduceOptions: lastValue,
    orientation: oneOf("auto"),
    colorMode: oneOf("value"),
    graphMode: oneOf("area"),
    justifyMode: oneOf("auto"),
    textMode: oneOf("value"),
    percentChangeColorMode: anything,
    showPercentChange: oneOf(false),
    wideLayout: anything,
  }),
  { color: object({ mode: oneOf("thresholds") }), thresholds, "noValue?": text },
  none,
);

const barGauge = panel(
  "bargauge",
  target("time_series", true),
  object({
    reduceOptions: lastValue,
    orientation: oneOf("horizontal"),
    displayMode: oneOf("basic"),
    valueMode: oneOf("color"),
    namePlacement: oneOf("left"),
    showUnfilled: oneOf(true),
    sizing: oneOf("auto"),
    minVizWidth: anything,
    minVizHeight: anything,
    maxVizHeight: anything,
    legend: object({ showLegend: oneOf(false), displayMode: anything, placement: anything, calcs: anything }),
  }),
  { color: object({ mode: oneOf("thresholds") }), thresholds },
  none,
);

const heatmap = panel(
  "heatmap",
  target("heatmap", false),
  object({
    calculate: oneOf(false),
    cellGap: number,
    cellValues: object({ unit }),
    color: object({
      mode: oneOf("scheme"),
      scheme: oneOf(...heatmapSchemes),
      exponent: number,
      fill: anything,
      reverse: oneOf(false),
      scale: oneOf("exponential"),
      steps: anything,
    }),
    exemplars: anything,
    filterValues: object({ le: number }),
    legend: object({ show: oneOf(true) }),
    rowsFrame: object({ layout: oneOf("auto") }),
    showValue: oneOf("never"),
    tooltip: anything,
    yAxis: object({ axisPlacement: oneOf("left"), reverse: oneOf(false), unit }),
  }),
  {
    custom: object({
      scaleDistribution: object({ type: oneOf("linear") }),
      hideFrom: object({ legend: oneOf(false), tooltip: oneOf(false), viz: oneOf(false) }),
    }),
  },
  none,
);

const row = object({
  id: number,
  type: oneOf("row"),
  title: text,
  collapsed: oneOf(false),
  gridPos: gridPosition,
  panels: none,
});

const panelOrRow = byKind("type", { row, timeseries: timeSeries, stat, bargauge: barGauge, heatmap });

const variable = byKind("type", {
  datasource: object({
    type: anything,
    name: oneOf("datasource"),
    label: text,
    query: oneOf("prometheus"),
    current: object({ text: text, value: oneOf("prometheus") }),
    hide: oneOf(2),
    includeAll: oneOf(false),
    multi: oneOf(false),
    options: none,
    refresh: anything,
    regex: oneOf(""),
  }),
  query: object({
    type: anything,
    name: oneOf("tool_id"),
    label: text,
    description: text,
    datasource: dataSource,
    query: object({
      qryType: oneOf(1),
      query: that(isLabelQuery, "label_values(metric, label)"),
      refId: text,
    }),
    includeAll: oneOf(true),
    allValue: text,
    multi: oneOf(true),
    options: none,
    refresh: anything,
    sort: oneOf(1),
    regex: oneOf(""),
    hide: oneOf(0),
    current: anything,
  }),
});

const duration = that(isDuration, "a duration");
const time = that(
  (value) => value === "now" || (value.startsWith("now-") && isDuration(value.slice(4))),
  "now, or a time before it",
);

const dashboardCheck = object({
  uid: text,
  title: text,
  description: text,
  tags: list(text),
  schemaVersion: number,
  version: number,
  editable: anything,
  graphTooltip: oneOf(1),
  timezone: oneOf("browser"),
  time: object({ from: time, to: time }),
  refresh: duration,
  timepicker: object({ refresh_intervals: list(duration) }),
  annotations: object({ list: none }),
  links: none,
  templating: object({ list: list(variable) }),
  panels: list(panelOrRow),
});

function isDuration(value: string): boolean {
  try {
    parseDuration(value);
    return true;
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}
