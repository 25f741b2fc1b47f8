import type { DataPanel } from "../dashboard/schema.ts";
import type { Drawing, DrawingSurroundings } from "./drawing.ts";
import { TimeSeriesDrawing } from "./time-series.ts";

/** The drawing for a panel's type. */
export function createDrawing(panel: DataPanel, surroundings: DrawingSurroundings): Drawing {
  switch (panel.type) {
    case "timeseries":
      return new TimeSeriesDrawing(panel, surroundings);
    default:
      throw new Error(`A panel of type ${panel.type} cannot be drawn.`);
  }
}
