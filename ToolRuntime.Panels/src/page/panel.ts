import type { DataPanel } from "../dashboard/schema.ts";
import { problemsOfPanel } from "../dashboard/support.ts";
import type { Drawing, DrawingSurroundings } from "../draw/drawing.ts";
import { createDrawing } from "../draw/drawings.ts";
import { Unreachable, type Prometheus } from "../query/prometheus.ts";
import { DataTableView } from "./data-table.ts";
import { element } from "./dom.ts";
import { icon } from "./icons.ts";
import { loadPanel, queriesOf, type PanelData, type QueryContext } from "./panel-data.ts";
import { Popover } from "./popover.ts";

// Of a plot's axes and edges, in pixels.
const axesWidth = 72;

type State = "loading" | "ready" | "empty" | "error" | "unreachable";

/** The page as one panel sees it. */
export interface PanelSurroundings {
  prometheus: Prometheus;
  drawing: () => DrawingSurroundings;
  /** The address that shows queries in Prometheus. */
  queryLink(queries: string[], context: QueryContext): string | undefined;
}

/** A panel: its title, what it means, its drawing or its table, and in what state it is. */
export class PanelView {
  readonly element: HTMLElement;
  readonly panel: DataPanel;
  readonly #surroundings: PanelSurroundings;
  readonly #body = element("div", { class: "panel-body" });
  readonly #message = element("div", { class: "panel-message", role: "status" });
  readonly #table: DataTableView;
  readonly #problems: string[];
  readonly #link = element(
    "a",
    { class: "icon-button", target: "_blank", rel: "noopener", title: "Open the query in Prometheus" },
    icon("external"),
  );
  #drawing: Drawing | undefined;
  #data: PanelData | undefined;
  #loading: AbortController | undefined;

  constructor(panel: DataPanel, surroundings: PanelSurroundings) {
    this.panel = panel;
    this.#surroundings = surroundings;
    this.#table = new DataTableView(panel.title, (exemplar) => surroundings.drawing().traceLink(exemplar));
    this.element = this.#frame();
    this.#problems = problemsOfPanel(panel);
    if (this.#problems.length === 0) this.#setState("loading", "Loading …");
    else this.#setState("error", `This page cannot draw it: ${this.#problems.join("; ")}`);
  }

  /** @throws Unreachable Prometheus does not answer; what was drawn stays. */
  async load(context: QueryContext): Promise<void> {
    if (this.#problems.length > 0) return;
    this.#loading?.abort();
    const loading = new AbortController();
    this.#setLoading(loading);
    const width = Math.max(100, this.element.clientWidth - axesWidth);
    this.#setLink(this.#surroundings.queryLink(queriesOf(this.panel, context, width), context));
    try {
      const data = await loadPanel(this.#surroundings.prometheus, this.panel, context, width, loading.signal);
      this.#data = data;
      this.#show(data);
    } catch (thrown) {
      if (loading.signal.aborted) return;
      if (thrown instanceof Unreachable) {
        throw thrown;
      }
      this.#data = undefined;
      this.#setState("error", thrown instanceof Error ? thrown.message : String(thrown));
    } finally {
      if (this.#loading === loading) this.#setLoading(undefined);
    }
  }

  get isLoading(): boolean {
    return this.#loading !== undefined;
  }

  /** Lets go of what is on its way: Prometheus does not answer. What was drawn stays. */
  interrupt(): void {
    this.#loading?.abort();
    this.#setLoading(undefined);
    if (this.#problems.length === 0 && !this.#data)
      this.#setState("unreachable", "No answer from Prometheus");
  }

  /** Draws anew, as after a change of the theme. */
  redraw(): void {
    this.#drawing?.dispose();
    this.#drawing?.element.remove();
    this.#drawing = undefined;
    if (this.#data) this.#show(this.#data);
  }

  #show(data: PanelData): void {
    if (!this.#drawing) {
      this.#drawing = createDrawing(this.panel, this.#surroundings.drawing());
      this.#body.prepend(this.#drawing.element);
    }
    const drawing = this.#drawing;
    const hasData = drawing.show(data);
    this.#setState(hasData ? "ready" : "empty", hasData ? "" : "No data in this range");
    this.#table.show(hasData ? () => drawing.table() : undefined, data.exemplars);
  }

  #setState(state: State, message: string): void {
    this.element.dataset["state"] = state;
    this.#message.textContent = message;
    this.#message.hidden = message === "";
  }

  #setLoading(loading: AbortController | undefined): void {
    this.#loading = loading;
    this.element.setAttribute("aria-busy", String(loading !== undefined));
  }

  #setLink(link: string | undefined): void {
    this.#link.hidden = link === undefined;
    if (link) this.#link.href = link;
  }

  #frame(): HTMLElement {
    const { id, title, description, type, gridPos } = this.panel;
    const heading = `panel-${id}`;
    const what = element(
      "button",
      { type: "button", class: "icon-button", "aria-label": `What ${title} means`, title: "What it means" },
      icon("info"),
    );
    this.#link.setAttribute("aria-label", `Open the query of ${title} in Prometheus`);
    this.#body.append(this.#message);
    const frame = element(
      "section",
      { class: `panel panel-${type}`, "aria-labelledby": heading },
      element(
        "header",
        { class: "panel-header" },
        element("h3", { id: heading, title }, title),
        element("div", { class: "panel-actions" }, what, this.#tableToggle(), this.#link),
      ),
      this.#body,
      this.#table.element,
    );
    new Popover(what, element("p", { class: "description" }, description));
    for (const [name, value] of Object.entries(gridPos)) frame.style.setProperty(`--${name}`, String(value));
    return frame;
  }

  #tableToggle(): HTMLButtonElement {
    const toggle = element(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-pressed": "false",
        "aria-label": `${this.panel.title} as a table`,
        title: "As a table",
      },
      icon("table"),
    );
    toggle.addEventListener("click", () => {
      const isTable = toggle.getAttribute("aria-pressed") !== "true";
      toggle.setAttribute("aria-pressed", String(isTable));
      this.element.classList.toggle("as-table", isTable);
      this.#table.open(isTable);
    });
    return toggle;
  }
}
