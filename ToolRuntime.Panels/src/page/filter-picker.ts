import type { QueryVariable } from "../dashboard/schema.ts";
import { element } from "./dom.ts";
import { icon } from "./icons.ts";
import { Popover } from "./popover.ts";
import type { ViewInAddress } from "./view.ts";

/** Chooses the values of the dashboard's variable; none is all. */
export class FilterPicker {
  readonly element: HTMLElement;
  readonly #view: ViewInAddress;
  readonly #label = element("span", {});
  readonly #list = element("ul", { class: "options" });
  readonly #search = element("input", { type: "search", placeholder: "Find …", "aria-label": "Find" });
  readonly #problem = element("p", { class: "problem", role: "alert", hidden: true });
  #values: string[] = [];

  constructor(variable: QueryVariable, view: ViewInAddress) {
    this.#view = view;
    const name = variable.label ?? variable.name;
    const button = element(
      "button",
      { type: "button", class: "control", title: variable.description },
      icon("filter"),
      element("span", { class: "control-name" }, name),
      this.#label,
      icon("chevron"),
    );
    this.element = element("div", { class: "picker" }, button);
    new Popover(
      button,
      element("div", { class: "filter", "aria-label": name }, this.#search, this.#problem, this.#list),
    );
    this.#search.addEventListener("input", () => this.#renderList());
    view.onChange(() => this.#render());
    this.#render();
  }

  offer(values: string[]): void {
    this.#problem.hidden = true;
    if (values.join("\n") === this.#values.join("\n")) return;
    this.#values = values;
    this.#render();
  }

  /** What there is to choose from cannot be read. What was known stays. */
  showProblem(message: string): void {
    this.#problem.textContent = message;
    this.#problem.hidden = false;
  }

  #render(): void {
    const { selected } = this.#view.current;
    this.#label.textContent =
      selected.length === 0 ? "All" : selected.length === 1 ? selected[0]! : `${selected.length} selected`;
    this.#renderList();
  }

  #renderList(): void {
    const { selected } = this.#view.current;
    const wanted = this.#search.value.toLowerCase();
    // What is selected can be taken back even where Prometheus no longer knows it.
    const values = [...new Set([...this.#values, ...selected])].filter((value) =>
      value.toLowerCase().includes(wanted),
    );
    this.#list.replaceChildren(
      this.#option("All", selected.length === 0, () => []),
      ...values.map((value) =>
        this.#option(value, selected.includes(value), (isChecked) =>
          isChecked ? [...selected, value] : selected.filter((other) => other !== value),
        ),
      ),
    );
  }

  #option(text: string, isChecked: boolean, select: (isChecked: boolean) => readonly string[]): HTMLElement {
    const box = element("input", { type: "checkbox", checked: isChecked });
    box.addEventListener("change", () => {
      const focused = text;
      this.#view.change({ selected: select(box.checked) });
      this.#focus(focused);
    });
    return element("li", {}, element("label", {}, box, element("span", {}, text)));
  }

  /** The list was made anew while the user was in it. */
  #focus(text: string): void {
    const label = [...this.#list.querySelectorAll("label")].find((found) => found.textContent === text);
    label?.querySelector("input")?.focus();
  }
}
