import { isRelative, resolveRange, type TimeRange } from "../query/time-range.ts";
import { element } from "./dom.ts";
import { icon } from "./icons.ts";
import { Popover } from "./popover.ts";
import type { ViewInAddress } from "./view.ts";

const quickRanges = [
  ["5 minutes", "5m"],
  ["15 minutes", "15m"],
  ["30 minutes", "30m"],
  ["1 hour", "1h"],
  ["3 hours", "3h"],
  ["6 hours", "6h"],
  ["12 hours", "12h"],
  ["24 hours", "24h"],
  ["2 days", "2d"],
  ["7 days", "7d"],
] as const;

const moment = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** Chooses the range of time: up to now, or from one moment to another. */
export class RangePicker {
  readonly element: HTMLElement;
  readonly #view: ViewInAddress;
  readonly #label = element("span", {});
  readonly #from = element("input", { type: "datetime-local", step: "1", required: true });
  readonly #to = element("input", { type: "datetime-local", step: "1", required: true });
  readonly #problem = element("p", { class: "problem", role: "alert", hidden: true });
  readonly #popover: Popover;

  constructor(view: ViewInAddress) {
    this.#view = view;
    const button = element(
      "button",
      { type: "button", class: "control", "aria-label": "Time range" },
      icon("clock"),
      this.#label,
      icon("chevron"),
    );
    const zoomOut = element(
      "button",
      { type: "button", class: "control square", title: "Zoom out", "aria-label": "Zoom out" },
      icon("zoomOut"),
    );
    this.element = element("div", { class: "picker joined" }, button, zoomOut);
    this.#popover = new Popover(button, this.#choices());
    zoomOut.addEventListener("click", () => this.#zoomOut());
    view.onChange(() => this.#render());
    this.#render();
  }

  #choices(): HTMLElement {
    const quick = quickRanges.map(([name, length]) => {
      const choice = element("button", { type: "button" }, `Last ${name}`);
      choice.addEventListener("click", () => this.#choose({ from: `now-${length}`, to: "now" }));
      return element("li", {}, choice);
    });
    const form = element(
      "form",
      {},
      element("label", {}, "From", this.#from),
      element("label", {}, "To", this.#to),
      this.#problem,
      element("button", { type: "submit", class: "primary" }, "Show"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#chooseMoments();
    });
    return element("div", { class: "range" }, form, element("ul", { class: "options" }, ...quick));
  }

  #chooseMoments(): void {
    const [from, to] = [Date.parse(this.#from.value), Date.parse(this.#to.value)];
    this.#problem.hidden = from < to;
    this.#problem.textContent = "The range must end after it begins.";
    if (from < to) this.#choose({ from: String(from), to: String(to) });
  }

  #choose(range: TimeRange): void {
    this.#popover.close();
    this.#view.change({ range });
  }

  #zoomOut(): void {
    const now = Date.now() / 1000;
    const { from, to } = resolveRange(this.#view.current.range, now);
    const half = (to - from) / 2;
    const end = Math.min(now, to + half);
    this.#view.change({
      range: { from: String(Math.floor((end - 4 * half) * 1000)), to: String(Math.ceil(end * 1000)) },
    });
  }

  #render(): void {
    const { range } = this.#view.current;
    const { from, to } = resolveRange(range, Date.now() / 1000);
    const quick = quickRanges.find(([, length]) => range.from === `now-${length}` && range.to === "now");
    this.#label.textContent = quick
      ? `Last ${quick[0]}`
      : isRelative(range)
        ? `${range.from} to ${range.to}`
        : moment.formatRange(from * 1000, to * 1000);
    this.#from.value = localDateTime(from);
    this.#to.value = localDateTime(to);
  }
}

/** As an input of that type wants it. */
function localDateTime(time: number): string {
  const date = new Date(time * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
