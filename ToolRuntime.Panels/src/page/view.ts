import { parseDuration } from "../query/durations.ts";
import { resolveRange, type TimeRange } from "../query/time-range.ts";

export type ThemeChoice = "auto" | "light" | "dark";

/** What the user chose to look at. */
export interface View {
  range: TimeRange;
  /** In seconds; undefined is never. */
  refresh: number | undefined;
  /** The values of the dashboard's variable; none is all. */
  selected: readonly string[];
  theme: ThemeChoice;
}

/** The view as the address says it, in the names that Grafana has for them, so that it can be sent to others. */
export class ViewInAddress {
  readonly #variable: string;
  readonly #defaults: View;
  readonly #listeners = new Set<(view: View, before: View) => void>();
  #view: View;

  constructor(variable: string, defaults: View) {
    this.#variable = variable;
    this.#defaults = defaults;
    this.#view = this.#read();
    addEventListener("popstate", () => this.#replace(this.#read()));
  }

  get current(): View {
    return this.#view;
  }

  onChange(listener: (view: View, before: View) => void): void {
    this.#listeners.add(listener);
  }

  /** Each change is a step that the browser's back button takes back. */
  change(change: Partial<View>): void {
    const view = { ...this.#view, ...change };
    history.pushState(null, "", this.#addressOf(view));
    this.#replace(view);
  }

  #replace(view: View): void {
    const before = this.#view;
    this.#view = view;
    for (const listener of this.#listeners) listener(view, before);
  }

  #addressOf({ range, refresh, selected, theme }: View): string {
    const search = new URLSearchParams({ from: range.from, to: range.to });
    search.set("refresh", refresh === undefined ? "" : `${refresh}s`);
    for (const value of selected) search.append(`var-${this.#variable}`, value);
    if (theme !== "auto") search.set("theme", theme);
    return `${location.pathname}?${search}`;
  }

  #read(): View {
    const search = new URLSearchParams(location.search);
    const range = { from: search.get("from") ?? "", to: search.get("to") ?? "" };
    const theme = search.get("theme");
    const refresh = search.get("refresh");
    return {
      range: isRange(range) ? range : this.#defaults.range,
      refresh: refresh === null ? this.#defaults.refresh : parseRefresh(refresh),
      selected: search
        .getAll(`var-${this.#variable}`)
        .filter((value) => value !== "$__all" && value !== "All"),
      theme: theme === "light" || theme === "dark" ? theme : "auto",
    };
  }
}

export function parseRefresh(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

function isRange(range: TimeRange): boolean {
  try {
    resolveRange(range, Date.now() / 1000);
    return true;
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}
