// The part of a Grafana dashboard that the page draws, in the types of Grafana's own schema.
import type {
  Dashboard as GrafanaDashboard,
  DataQuery,
  GraphFieldConfig,
  Panel,
  RowPanel,
  VariableModel,
} from "@grafana/schema";
import type { Options as BarGaugeOptions } from "@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen";
import type {
  FieldConfig as HeatmapFieldConfig,
  Options as HeatmapOptions,
} from "@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen";
import type { Options as StatOptions } from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type { Options as TimeSeriesOptions } from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

/** A type as JSON has it: an enumeration's member is its value. */
type InJson<T> = T extends string
  ? `${T}`
  : T extends number
    ? `${T}` extends `${infer Value extends number}`
      ? Value
      : never
    : T extends object
      ? { [Key in keyof T]: InJson<T[Key]> }
      : T;

/** A query of Grafana's Prometheus data source, whose type is not in the schema's package. */
export interface PrometheusTarget extends Omit<DataQuery, "datasource"> {
  datasource: { type: "prometheus"; uid: string };
  editorMode: "code";
  expr: string;
  /** `{{label}}` stands for a label's value; `__auto` for the labels. */
  legendFormat: string;
  format: "time_series" | "heatmap";
  instant: boolean;
  range: boolean;
  exemplar?: boolean;
}

type DrawnPanel<Type extends string, Options, Custom = never> = InJson<
  Omit<Panel, "type" | "options" | "fieldConfig" | "targets" | "id" | "title" | "description" | "gridPos">
> & {
  type: Type;
  id: number;
  title: string;
  description: string;
  gridPos: GridPosition;
  targets: PrometheusTarget[];
  options: InJson<Options>;
  fieldConfig: {
    defaults: Omit<InJson<NonNullable<Panel["fieldConfig"]>["defaults"]>, "custom" | "unit"> & {
      unit: string;
      custom?: InJson<Custom>;
    };
    overrides: FieldOverride[];
  };
};

export interface GridPosition {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** What differs for the series that it names. */
export interface FieldOverride {
  matcher: { id: "byName" | "byFrameRefID"; options: string };
  properties: FieldProperty[];
}

export type FieldProperty =
  | { id: "color"; value: { mode: "fixed"; fixedColor: string } }
  | { id: "custom.lineStyle"; value: InJson<NonNullable<GraphFieldConfig["lineStyle"]>> }
  | { id: "custom.lineWidth"; value: number };

export type TimeSeriesPanel = DrawnPanel<"timeseries", TimeSeriesOptions, GraphFieldConfig>;
export type StatPanel = DrawnPanel<"stat", StatOptions>;
export type BarGaugePanel = DrawnPanel<"bargauge", BarGaugeOptions>;
export type HeatmapPanel = DrawnPanel<"heatmap", HeatmapOptions, HeatmapFieldConfig>;
export type DataPanel = TimeSeriesPanel | StatPanel | BarGaugePanel | HeatmapPanel;
export type Row = Omit<InJson<RowPanel>, "panels" | "gridPos"> & { panels: []; gridPos: GridPosition };
export type Thresholds = NonNullable<DataPanel["fieldConfig"]["defaults"]["thresholds"]>;

export interface QueryVariable extends Omit<InJson<VariableModel>, "query" | "type"> {
  type: "query";
  query: { qryType: 1; query: string; refId: string };
}

export interface DataSourceVariable extends Omit<InJson<VariableModel>, "type"> {
  type: "datasource";
}

export interface Dashboard extends Omit<
  InJson<GrafanaDashboard>,
  "panels" | "templating" | "title" | "time" | "refresh" | "timepicker"
> {
  title: string;
  time: { from: string; to: string };
  refresh: string;
  timepicker: { refresh_intervals: string[] };
  panels: (DataPanel | Row)[];
  templating: { list: (QueryVariable | DataSourceVariable)[] };
}
