import { element } from "./dom.ts";

// In pixels, from the pointer and from the window's edge.
const distance = 14;
const margin = 8;

/** What floats beside the pointer. */
export class Tooltip {
  readonly #box = element("div", { class: "tooltip", role: "tooltip", hidden: true });

  constructor() {
    document.body.append(this.#box);
  }

  show(content: HTMLElement, x: number, y: number): void {
    this.#box.replaceChildren(content);
    this.#box.hidden = false;
    const { width, height } = this.#box.getBoundingClientRect();
    const left = x + distance + width + margin > innerWidth ? x - distance - width : x + distance;
    const top = Math.min(y + distance, innerHeight - height - margin);
    this.#box.style.translate = `${Math.max(margin, left)}px ${Math.max(margin, top)}px`;
  }

  hide(): void {
    this.#box.hidden = true;
  }
}
