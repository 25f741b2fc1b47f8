import { element } from "../page/dom.ts";
import type { Exemplar } from "../query/prometheus.ts";
import { formatTime } from "./format-time.ts";
import type { Unit } from "./units.ts";

export interface DescribedValue {
  name: string;
  color: string;
  value: string;
}

/** What the pointer is told of a moment. */
export function describeValues(time: number, values: DescribedValue[]): HTMLElement | undefined {
  if (values.length === 0) return undefined;
  return element(
    "div",
    {},
    element("p", { class: "tooltip-time" }, formatTime(time)),
    element(
      "table",
      { class: "tooltip-values" },
      ...values.map(({ name, color, value }) =>
        element("tr", {}, element("td", {}, swatch(color), name), element("td", { class: "number" }, value)),
      ),
    ),
  );
}

/** What the pointer is told of one call. */
export function describeExemplar(exemplar: Exemplar, unit: Unit, link: string | undefined): HTMLElement {
  const { tool_id: tool, outcome } = exemplar.series;
  return element(
    "div",
    {},
    element("p", { class: "tooltip-time" }, formatTime(exemplar.time)),
    element(
      "p",
      {},
      element("strong", {}, unit.format(exemplar.value)),
      [tool, outcome]
        .filter(Boolean)
        .map((part) => ` · ${part}`)
        .join(""),
    ),
    link ? element("p", { class: "tooltip-hint" }, "Click to open its trace") : undefined,
  );
}

export function swatch(color: string): HTMLElement {
  const made = element("span", { class: "swatch", "aria-hidden": "true" });
  made.style.background = color;
  return made;
}
