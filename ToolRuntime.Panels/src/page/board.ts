import type { Dashboard, DataPanel, Row } from "../dashboard/schema.ts";
import { Unreachable } from "../query/prometheus.ts";
import { element } from "./dom.ts";
import { PanelView, type PanelSurroundings } from "./panel.ts";
import type { QueryContext } from "./panel-data.ts";

/** The dashboard's panels in their grid. Only those that are seen, or soon will be, are loaded. */
export class Board {
  readonly #panels = new Map<Element, PanelView>();
  readonly #visible = new Set<PanelView>();
  readonly #outdated = new Set<PanelView>();
  readonly #observer: IntersectionObserver;
  /** undefined while Prometheus cannot be asked. */
  readonly #context: () => QueryContext | undefined;
  readonly #onUnreachable: (reason: Unreachable) => void;

  constructor(
    target: HTMLElement,
    dashboard: Dashboard,
    surroundings: PanelSurroundings,
    context: () => QueryContext | undefined,
    onUnreachable: (reason: Unreachable) => void,
  ) {
    this.#context = context;
    this.#onUnreachable = onUnreachable;
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "300px" });
    for (const group of groupsOf(dashboard)) {
      const views = group.panels.map((panel) => new PanelView(panel, surroundings));
      target.append(
        element(
          "section",
          { class: "group" },
          group.title ? element("h2", {}, group.title) : undefined,
          element("div", { class: "grid" }, ...views.map((view) => view.element)),
        ),
      );
      for (const view of views) {
        this.#panels.set(view.element, view);
        this.#outdated.add(view);
      }
    }
  }

  /** Begins to load what is seen. */
  start(): void {
    for (const target of this.#panels.keys()) this.#observer.observe(target);
  }

  /** Loads the same again, what is seen now and the rest once it is. What is still on its way is waited for. */
  refresh(): void {
    for (const view of this.#panels.values()) if (!view.isLoading) this.#outdated.add(view);
    this.#loadVisible();
  }

  /** Loads something else, and lets go of what is on its way. */
  reload(): void {
    for (const view of this.#panels.values()) this.#outdated.add(view);
    this.#loadVisible();
  }

  /** Lets go of what is on its way: Prometheus does not answer. */
  interrupt(): void {
    for (const view of this.#panels.values()) {
      view.interrupt();
      this.#outdated.add(view);
    }
  }

  redraw(): void {
    for (const view of this.#panels.values()) view.redraw();
  }

  #seen(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const view = this.#panels.get(target)!;
      if (isIntersecting) this.#visible.add(view);
      else this.#visible.delete(view);
    }
    this.#loadVisible();
  }

  #loadVisible(): void {
    const context = this.#context();
    if (!context) return;
    for (const view of this.#visible) {
      if (this.#outdated.delete(view)) void this.#load(view, context);
    }
  }

  async #load(view: PanelView, context: QueryContext): Promise<void> {
    try {
      await view.load(context);
    } catch (thrown) {
      if (!(thrown instanceof Unreachable)) throw thrown;
      this.#onUnreachable(thrown);
    }
  }
}

interface Group {
  title: string | undefined;
  panels: DataPanel[];
}

/** The panels under the rows that they stand below; those above the first row have no title. */
function groupsOf(dashboard: Dashboard): Group[] {
  const groups: Group[] = [{ title: undefined, panels: [] }];
  for (const panel of dashboard.panels) {
    if (isRow(panel)) groups.push({ title: panel.title, panels: [] });
    else groups.at(-1)!.panels.push(panel);
  }
  return groups.filter(({ panels }) => panels.length > 0);
}

function isRow(panel: DataPanel | Row): panel is Row {
  return panel.type === "row";
}
