import { element } from "./dom.ts";

const margin = 8;

/** Something that a button opens beneath itself, and that closes by Escape or a click elsewhere. */
export class Popover {
  readonly element: HTMLElement;

  constructor(button: HTMLButtonElement, content: HTMLElement) {
    this.element = element("div", { class: "popover", popover: "auto" }, content);
    button.setAttribute("aria-expanded", "false");
    button.popoverTargetElement = this.element;
    button.after(this.element);
    this.element.addEventListener("toggle", (event) => {
      const isOpen = event.newState === "open";
      button.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) this.#placeBelow(button);
    });
  }

  close(): void {
    this.element.hidePopover();
  }

  #placeBelow(button: HTMLElement): void {
    const anchor = button.getBoundingClientRect();
    const { width, height } = this.element.getBoundingClientRect();
    const left = Math.max(margin, Math.min(anchor.left, innerWidth - width - margin));
    const below = anchor.bottom + margin;
    const top = below + height > innerHeight ? Math.max(margin, anchor.top - height - margin) : below;
    this.element.style.left = `${left}px`;
    this.element.style.top = `${top}px`;
  }
}
