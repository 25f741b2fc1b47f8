/** The time that the pointer is at, in seconds, marked in every plot. */
export class Crosshair {
  readonly #plots = new Set<(time: number | undefined) => void>();

  /** @returns What takes the plot out again. */
  join(mark: (time: number | undefined) => void): () => void {
    this.#plots.add(mark);
    return () => this.#plots.delete(mark);
  }

  move(time: number | undefined): void {
    for (const mark of this.#plots) mark(time);
  }
}
