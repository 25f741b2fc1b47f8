import type { DataTable } from "../draw/drawing.ts";
import { formatTime } from "../draw/format-time.ts";
import type { Exemplar } from "../query/prometheus.ts";
import { element } from "./dom.ts";

/** What a panel draws, as a table of its values, and the traces behind it as links. Filled only while it is open. */
export class DataTableView {
  readonly element = element("div", { class: "data-table", hidden: true });
  readonly #caption: string;
  readonly #traceLink: (exemplar: Exemplar) => string | undefined;
  #table: (() => DataTable) | undefined;
  #exemplars: readonly Exemplar[] = [];

  constructor(caption: string, traceLink: (exemplar: Exemplar) => string | undefined) {
    this.#caption = caption;
    this.#traceLink = traceLink;
  }

  open(isOpen: boolean): void {
    this.element.hidden = !isOpen;
    this.#render();
  }

  show(table: (() => DataTable) | undefined, exemplars: readonly Exemplar[]): void {
    this.#table = table;
    this.#exemplars = exemplars;
    this.#render();
  }

  #render(): void {
    if (this.element.hidden || !this.#table) {
      this.element.replaceChildren();
      return;
    }
    const { columns, rows } = this.#table();
    this.element.replaceChildren(
      element(
        "table",
        {},
        element("caption", {}, this.#caption),
        element("thead", {}, row("th", columns)),
        element("tbody", {}, ...rows.map((cells) => row("td", cells))),
      ),
      ...this.#traces(),
    );
  }

  #traces(): HTMLElement[] {
    const links = this.#exemplars.flatMap((exemplar) => {
      const href = this.#traceLink(exemplar);
      return href ? { href, exemplar } : [];
    });
    if (links.length === 0) return [];
    return [
      element("h4", {}, "Traces"),
      element(
        "ul",
        {},
        ...links
          .sort((a, b) => b.exemplar.time - a.exemplar.time)
          .map(({ href, exemplar }) =>
            element(
              "li",
              {},
              element(
                "a",
                { href, target: "_blank", rel: "noopener" },
                [formatTime(exemplar.time), exemplar.series["tool_id"], exemplar.labels["trace_id"]]
                  .filter(Boolean)
                  .join(" · "),
              ),
            ),
          ),
      ),
    ];
  }
}

function row(tag: "th" | "td", cells: string[]): HTMLTableRowElement {
  return element(
    "tr",
    {},
    ...cells.map((cell, index) => element(tag, { class: index === 0 ? undefined : "number" }, cell)),
  );
}
