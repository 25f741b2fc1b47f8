import type { TimeSeriesPanel } from "../dashboard/schema.ts";
import { element } from "../page/dom.ts";
import type { Point } from "../query/prometheus.ts";
import { swatch } from "./descriptions.ts";
import type { Unit } from "./units.ts";

interface LegendEntry {
  name: string;
  color: string;
  points: Point[];
}

/** What a legend can say of a series, by the name of Grafana's calculation. */
export const calculations: Record<string, { title: string; of(points: Point[]): number }> = {
  lastNotNull: { title: "Last", of: (points) => points.at(-1)![1] },
  max: { title: "Max", of: (points) => Math.max(...points.map(([, value]) => value)) },
};

/** The series by name with what was asked about them; each can be singled out. */
export class Legend {
  readonly element = element("div", { class: "legend" });
  readonly #calculations: string[];
  readonly #unit: Unit;
  readonly #decimals: number | undefined;
  readonly #onChange: () => void;
  #entries: LegendEntry[] = [];
  #only: string | undefined;

  constructor(
    options: TimeSeriesPanel["options"]["legend"],
    unit: Unit,
    decimals: number | undefined,
    onChange: () => void,
  ) {
    this.#calculations = options.calcs;
    this.#unit = unit;
    this.#decimals = decimals;
    this.#onChange = onChange;
  }

  shows(name: string): boolean {
    return this.#only === undefined || this.#only === name;
  }

  show(entries: LegendEntry[]): void {
    this.#entries = entries;
    if (!entries.some(({ name }) => name === this.#only)) this.#only = undefined;
    this.#render();
  }

  #render(): void {
    const focused = this.element.contains(document.activeElement)
      ? document.activeElement?.textContent
      : undefined;
    const columns = this.#calculations.map((name) => calculations[name]!);
    const rows = this.#entries
      .map((entry) => ({ ...entry, values: columns.map((column) => column.of(entry.points)) }))
      .sort((a, b) => (b.values[0] ?? 0) - (a.values[0] ?? 0) || a.name.localeCompare(b.name));
    this.element.replaceChildren(
      element(
        "table",
        {},
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            element("th", { scope: "col" }, "Series"),
            ...columns.map(({ title }) => element("th", { scope: "col", class: "number" }, title)),
          ),
        ),
        element(
          "tbody",
          {},
          ...rows.map(({ name, color, values }) =>
            element(
              "tr",
              { class: this.shows(name) ? undefined : "muted" },
              element("th", { scope: "row" }, this.#toggle(name, color)),
              ...values.map((value) =>
                element("td", { class: "number" }, this.#unit.formatTick(value, this.#decimals)),
              ),
            ),
          ),
        ),
      ),
    );
    if (focused === undefined) return;
    // It was made anew while the user was in it.
    [...this.element.querySelectorAll("button")].find(({ textContent }) => textContent === focused)?.focus();
  }

  #toggle(name: string, color: string): HTMLButtonElement {
    const button = element(
      "button",
      { type: "button", "aria-pressed": String(this.#only === name), title: `Show only ${name}` },
      swatch(color),
      name,
    );
    button.addEventListener("click", () => {
      this.#only = this.#only === name ? undefined : name;
      this.#render();
      this.#onChange();
    });
    return button;
  }
}
