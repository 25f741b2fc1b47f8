import { element } from "./dom.ts";
import { icon, type Icon } from "./icons.ts";
import type { ThemeChoice, ViewInAddress } from "./view.ts";

const choices: readonly { theme: ThemeChoice; name: string; icon: Icon }[] = [
  { theme: "auto", name: "As the system", icon: "auto" },
  { theme: "light", name: "Light", icon: "sun" },
  { theme: "dark", name: "Dark", icon: "moon" },
];

/** Goes from one theme to the next. */
export class ThemePicker {
  readonly element = element("button", { type: "button", class: "control square" });

  constructor(view: ViewInAddress) {
    this.element.addEventListener("click", () => {
      const index = choices.findIndex(({ theme }) => theme === view.current.theme);
      view.change({ theme: choices[(index + 1) % choices.length]!.theme });
    });
    view.onChange(({ theme }) => this.#render(theme));
    this.#render(view.current.theme);
  }

  #render(current: ThemeChoice): void {
    const { name, icon: drawn } = choices.find(({ theme }) => theme === current)!;
    this.element.title = `Colours: ${name}`;
    this.element.setAttribute("aria-label", `Colours: ${name}`);
    this.element.replaceChildren(icon(drawn));
  }
}
