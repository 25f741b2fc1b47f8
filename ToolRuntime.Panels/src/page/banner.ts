import { element } from "./dom.ts";
import { icon } from "./icons.ts";

/** What concerns the whole page, above the panels. */
export class Banner {
  readonly #target: HTMLElement;

  constructor(target: HTMLElement) {
    this.#target = target;
  }

  show(title: string, text: string): void {
    this.#target.replaceChildren(
      icon("warning"),
      element("div", {}, element("strong", {}, title), element("p", {}, text)),
    );
    this.#target.hidden = false;
  }

  showLost(reason: string, since: Date): void {
    this.show(
      "No answer from Prometheus",
      `${reason} Since ${since.toLocaleTimeString("en-GB")}; what is drawn is from before. The page tries again every few seconds.`,
    );
    document.body.classList.add("is-lost");
  }

  hide(): void {
    this.#target.hidden = true;
    this.#target.replaceChildren();
    document.body.classList.remove("is-lost");
  }
}
