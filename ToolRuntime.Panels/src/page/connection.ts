import type { Prometheus } from "../query/prometheus.ts";
import { Unreachable } from "../query/prometheus.ts";

// In milliseconds between two attempts to reach what is gone.
const retry = 3000;

/** Whether Prometheus answers. Once it does not, one small query asks again and again until it does. */
export class Connection {
  readonly #prometheus: Prometheus;
  readonly #onLost: (reason: string, since: Date) => void;
  readonly #onBack: () => void;
  #since: Date | undefined;

  constructor(prometheus: Prometheus, onLost: (reason: string, since: Date) => void, onBack: () => void) {
    this.#prometheus = prometheus;
    this.#onLost = onLost;
    this.#onBack = onBack;
  }

  get isLost(): boolean {
    return this.#since !== undefined;
  }

  lost(reason: Unreachable): void {
    const isKnown = this.isLost;
    this.#since ??= new Date();
    this.#onLost(reason.message, this.#since);
    if (!isKnown) setTimeout(() => void this.#tryAgain(), retry);
  }

  async #tryAgain(): Promise<void> {
    try {
      await this.#prometheus.instant("vector(1)", Date.now() / 1000, AbortSignal.timeout(30_000));
      this.#since = undefined;
      this.#onBack();
    } catch (thrown) {
      if (thrown instanceof Unreachable) this.#onLost(thrown.message, this.#since ?? new Date());
      setTimeout(() => void this.#tryAgain(), retry);
      if (!(thrown instanceof Unreachable)) throw thrown;
    }
  }
}
