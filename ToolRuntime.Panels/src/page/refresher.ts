/** Refreshes at an interval, while the page is seen; and at once when it is seen again. */
export class Refresher {
  readonly #refresh: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isDue = false;

  constructor(refresh: () => void) {
    this.#refresh = refresh;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.#isDue) this.#run();
    });
  }

  /** @param seconds undefined is never. */
  every(seconds: number | undefined): void {
    clearInterval(this.#timer);
    this.#timer =
      seconds === undefined
        ? undefined
        : setInterval(() => {
            this.#isDue = true;
            if (!document.hidden) this.#run();
          }, seconds * 1000);
  }

  #run(): void {
    this.#isDue = false;
    this.#refresh();
  }
}
