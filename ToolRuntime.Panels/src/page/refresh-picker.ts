import { formatDuration } from "../query/durations.ts";
import { element } from "./dom.ts";
import { icon } from "./icons.ts";
import { parseRefresh, type ViewInAddress } from "./view.ts";

/** Refreshes, and chooses how often the page does so by itself. */
export class RefreshPicker {
  readonly element: HTMLElement;

  constructor(intervals: readonly string[], view: ViewInAddress, onRefresh: () => void) {
    const refresh = element(
      "button",
      { type: "button", class: "control square", title: "Refresh", "aria-label": "Refresh" },
      icon("refresh"),
    );
    const interval = element(
      "select",
      { class: "control", "aria-label": "Refresh every" },
      element("option", { value: "" }, "Off"),
      ...intervals.map((text) => element("option", { value: text }, text)),
    );
    refresh.addEventListener("click", onRefresh);
    interval.addEventListener("change", () => view.change({ refresh: parseRefresh(interval.value) }));
    const show = (seconds: number | undefined) => {
      interval.value = seconds === undefined ? "" : formatDuration(seconds);
    };
    view.onChange(({ refresh: seconds }) => show(seconds));
    show(view.current.refresh);
    this.element = element("div", { class: "picker joined" }, refresh, interval);
  }
}
