import type { BarGaugePanel } from "../dashboard/schema.ts";
import { element } from "../page/dom.ts";
import type { PanelData } from "../page/panel-data.ts";
import type { DataTable, Drawing, DrawingSurroundings } from "./drawing.ts";
import { thresholdColor } from "./thresholds.ts";
import { unitOf, type Unit } from "./units.ts";

interface Bar {
  name: string;
  value: number;
}

/** One bar for each series, with its name and its value, in the order of the query. */
export class BarGaugeDrawing implements Drawing {
  readonly element = element("div", { class: "drawing bars", role: "list" });
  readonly #panel: BarGaugePanel;
  readonly #surroundings: DrawingSurroundings;
  readonly #unit: Unit;
  #bars: Bar[] = [];

  constructor(panel: BarGaugePanel, surroundings: DrawingSurroundings) {
    this.#panel = panel;
    this.#surroundings = surroundings;
    this.#unit = unitOf(panel.fieldConfig.defaults.unit)!;
  }

  show(data: PanelData): boolean {
    this.#bars = data.series.map(({ name, points }) => ({ name, value: points.at(-1)![1] }));
    const { max = Math.max(...this.#bars.map(({ value }) => value)) } = this.#panel.fieldConfig.defaults;
    this.element.replaceChildren(...this.#bars.map((bar) => this.#row(bar, max)));
    return this.#bars.length > 0;
  }

  table(): DataTable {
    return {
      columns: ["Series", "Value"],
      rows: this.#bars.map(({ name, value }) => [name, this.#format(value)]),
    };
  }

  dispose(): void {
    this.element.replaceChildren();
  }

  #row({ name, value }: Bar, max: number): HTMLElement {
    const color = thresholdColor(
      value,
      this.#panel.fieldConfig.defaults.thresholds,
      this.#surroundings.theme,
    );
    const bar = element("span", { class: "bar" });
    bar.style.width = `${Math.min(1, Math.max(0, value / (max || 1))) * 100}%`;
    bar.style.background = color;
    const number = element("span", { class: "bar-value" }, this.#format(value));
    number.style.color = color;
    return element(
      "div",
      { class: "bar-row", role: "listitem" },
      element("span", { class: "bar-name", title: name }, name),
      element("span", { class: "bar-track", "aria-hidden": "true" }, bar),
      number,
    );
  }

  #format(value: number): string {
    return this.#unit.format(value, this.#panel.fieldConfig.defaults.decimals);
  }
}
