import type { AbsoluteRange } from "../query/time-range.ts";
import type { ChartOption } from "./chart.ts";
import type { Theme } from "./colors.ts";

/** What both kinds of plots have in common: where the plot lies, and time along its lower edge. */
export function timeAxes(range: AbsoluteRange, theme: Theme, hasName: boolean): ChartOption {
  return {
    animation: false,
    textStyle: { fontFamily: theme.font },
    grid: { left: 56, right: 18, top: hasName ? 26 : 10, bottom: 24 },
    xAxis: {
      type: "time",
      min: range.from * 1000,
      max: range.to * 1000,
      splitNumber: 5,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: theme.grid, width: 1 } },
      axisLabel: {
        color: theme.muted,
        fontSize: 11,
        hideOverlap: true,
        margin: 9,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: {
          year: "{yyyy}",
          month: "{d} {MMM}",
          day: "{d} {MMM}",
          hour: "{HH}:{mm}",
          minute: "{HH}:{mm}",
          second: "{HH}:{mm}:{ss}",
          millisecond: "{HH}:{mm}:{ss}",
        },
      },
    },
  };
}

/** What the unit is, above the axis. */
export function nameOfAxis(name: string, theme: Theme) {
  return {
    name,
    nameLocation: "end" as const,
    nameGap: 10,
    nameTextStyle: { color: theme.muted, fontSize: 11, align: "right" as const, padding: [0, 8, 0, 0] },
  };
}
