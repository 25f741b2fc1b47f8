// The parts of ECharts that the plots are made of.
import { CustomChart, LineChart, type CustomSeriesOption, type LineSeriesOption } from "echarts/charts";
import {
  GridComponent,
  MarkLineComponent,
  type GridComponentOption,
  type MarkLineComponentOption,
} from "echarts/components";
import { init, use, type ComposeOption, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([LineChart, CustomChart, GridComponent, MarkLineComponent, CanvasRenderer]);

export type Chart = EChartsType;
export type ChartOption = ComposeOption<
  LineSeriesOption | CustomSeriesOption | GridComponentOption | MarkLineComponentOption
>;

export function createChart(element: HTMLElement): Chart {
  return init(element, null, { renderer: "canvas" });
}
