import type { Dashboard } from "../dashboard/schema.ts";
import { QueryFailed, Unreachable, type Prometheus } from "../query/prometheus.ts";
import { element } from "./dom.ts";
import { FilterPicker } from "./filter-picker.ts";
import { RangePicker } from "./range-picker.ts";
import { RefreshPicker } from "./refresh-picker.ts";
import { ThemePicker } from "./theme-picker.ts";
import { filterOf, valuesOf } from "./variables.ts";
import type { ViewInAddress } from "./view.ts";

export interface ToolbarSurroundings {
  prometheus: string | undefined;
  traces: string | undefined;
  onRefresh(): void;
  onValues(values: readonly string[]): void;
  onUnreachable(reason: Unreachable): void;
}

/** The dashboard's title, and what the user chooses. */
export class Toolbar {
  readonly #dashboard: Dashboard;
  readonly #prometheus: Prometheus;
  readonly #surroundings: ToolbarSurroundings;
  readonly #filter: FilterPicker;

  constructor(
    target: HTMLElement,
    dashboard: Dashboard,
    view: ViewInAddress,
    prometheus: Prometheus,
    surroundings: ToolbarSurroundings,
  ) {
    this.#dashboard = dashboard;
    this.#prometheus = prometheus;
    this.#surroundings = surroundings;
    this.#filter = new FilterPicker(filterOf(dashboard), view);
    target.append(
      element("h1", {}, dashboard.title),
      element(
        "nav",
        { "aria-label": "Elsewhere" },
        surroundings.traces ? elsewhere("Traces and logs", `${surroundings.traces}/traces`) : undefined,
        surroundings.prometheus ? elsewhere("Prometheus", `${surroundings.prometheus}/targets`) : undefined,
      ),
      element("div", { class: "spacer" }),
      this.#filter.element,
      new RangePicker(view).element,
      new RefreshPicker(dashboard.timepicker.refresh_intervals, view, () => surroundings.onRefresh()).element,
      new ThemePicker(view).element,
    );
  }

  /** Reads anew what can be filtered by. */
  async refresh(): Promise<void> {
    try {
      const values = await valuesOf(filterOf(this.#dashboard), this.#prometheus, AbortSignal.timeout(30_000));
      this.#surroundings.onValues(values);
      this.#filter.offer(values);
    } catch (thrown) {
      if (thrown instanceof Unreachable) this.#surroundings.onUnreachable(thrown);
      else if (thrown instanceof QueryFailed) this.#filter.showProblem(thrown.message);
      else throw thrown;
    }
  }
}

function elsewhere(name: string, href: string): HTMLAnchorElement {
  return element("a", { href, target: "_blank", rel: "noopener" }, name);
}
