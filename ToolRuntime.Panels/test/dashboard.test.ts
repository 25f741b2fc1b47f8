import { expect, test } from "bun:test";
import { defaultDashboard } from "@grafana/schema";
import { problemsOf } from "../src/dashboard/support.ts";
import type { Dashboard, DataPanel } from "../src/dashboard/schema.ts";

const file = new URL("../../observability/grafana/dashboards/tool-runtime.json", import.meta.url);
const dashboard = (await Bun.file(file).json()) as Dashboard;

test("the page draws everything in the dashboard", () => {
  expect(problemsOf(dashboard)).toEqual([]);
});

test("the dashboard is of the current version of Grafana's schema", () => {
  expect(dashboard.schemaVersion).toBe(defaultDashboard.schemaVersion);
});

const ofType = <Type extends DataPanel["type"]>(copy: Dashboard, type: Type) =>
  copy.panels.find((panel) => panel.type === type) as Extract<DataPanel, { type: Type }>;

// Each is something that Grafana draws, and the page does not.
const changes: [what: string, change: (copy: Dashboard) => unknown][] = [
  ["a type of panel", (copy) => Object.assign(copy.panels[0]!, { type: "piechart" })],
  ["a unit", (copy) => Object.assign(ofType(copy, "stat").fieldConfig.defaults, { unit: "velocityknot" })],
  ["a unit of cells", (copy) => Object.assign(ofType(copy, "heatmap").options.cellValues!, { unit: "lux" })],
  ["a variable in a query", (copy) => (ofType(copy, "stat").targets[0]!.expr = "rate(a[$window])")],
  ["a variable's format", (copy) => (ofType(copy, "stat").targets[0]!.expr = 'a{b="${tool_id:csv}"}')],
  ["a variable", (copy) => Object.assign(copy.templating.list[1]!, { type: "textbox" })],
  [
    "a variable's query",
    (copy) =>
      Object.assign(copy.templating.list[1]!, { query: { qryType: 1, query: "metrics(a)", refId: "a" } }),
  ],
  [
    "a transformation",
    (copy) => (ofType(copy, "timeseries").transformations = [{ id: "reduce", options: {} }]),
  ],
  ["a calculation", (copy) => ofType(copy, "timeseries").options.legend.calcs.push("stdDev")],
  [
    "a style of lines",
    (copy) => (ofType(copy, "timeseries").fieldConfig.defaults.custom!.drawStyle = "bars"),
  ],
  [
    "a kind of stacking",
    (copy) => (ofType(copy, "timeseries").fieldConfig.defaults.custom!.stacking!.mode = "percent"),
  ],
  [
    "a colour",
    (copy) => (ofType(copy, "stat").fieldConfig.defaults.thresholds!.steps[0]!.color = "chartreuse"),
  ],
  ["a heatmap's scheme", (copy) => (ofType(copy, "heatmap").options.color.scheme = "Magma")],
  [
    "a matcher",
    (copy) =>
      Object.assign(ofType(copy, "timeseries").fieldConfig.overrides, [
        { matcher: { id: "byRegexp", options: "a" }, properties: [] },
      ]),
  ],
  [
    "a collapsed row",
    (copy) =>
      Object.assign(
        copy.panels.find(({ type }) => type === "row")!,
        { collapsed: true },
      ),
  ],
  ["an annotation", (copy) => Object.assign(copy.annotations!, { list: [{}] })],
  ["a default range", (copy) => (copy.time.from = "now/d")],
];

test.each(changes)("%s that the page does not draw is reported", (_, change) => {
  const copy = structuredClone(dashboard);
  change(copy);
  expect(problemsOf(copy)).not.toEqual([]);
});

test("what is no dashboard at all is reported", () => {
  expect(problemsOf(null)).toEqual(["dashboard is no object"]);
  expect(problemsOf({ panels: 1 })).not.toEqual([]);
});
