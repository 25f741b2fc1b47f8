import type { PanelData } from "../page/panel-data.ts";
import type { PaletteByName, Theme } from "./colors.ts";
import type { PlotSurroundings } from "./plot.ts";

/** What is drawn, as text. */
export interface DataTable {
  columns: string[];
  rows: string[][];
}

/** The way in which one panel's data are drawn. */
export interface Drawing {
  readonly element: HTMLElement;
  /** @returns false where there is nothing to draw. */
  show(data: PanelData): boolean;
  /** What was shown last. */
  table(): DataTable;
  dispose(): void;
}

export interface DrawingSurroundings extends PlotSurroundings {
  theme: Theme;
  /** Of the tools, which have the same colour in every panel. */
  toolPalette: PaletteByName;
}
