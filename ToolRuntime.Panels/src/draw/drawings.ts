import type { DataPanel } from "../dashboard/schema.ts";
import { BarGaugeDrawing } from "./bar-gauge.ts";
import type { Drawing, DrawingSurroundings } from "./drawing.ts";
import { HeatmapDrawing } from "./heatmap.ts";
import { StatDrawing } from "./stat.ts";
import { TimeSeriesDrawing } from "./time-series.ts";

/** The drawing for a panel's type. */
export function createDrawing(panel: DataPanel, surroundings: DrawingSurroundings): Drawing {
  switch (panel.type) {
    case "timeseries":
      return new TimeSeriesDrawing(panel, surroundings);
    case "stat":
      return new StatDrawing(panel, surroundings);
    case "bargauge":
      return new BarGaugeDrawing(panel, surroundings);
    case "heatmap":
      return new HeatmapDrawing(panel, surroundings);
  }
}
