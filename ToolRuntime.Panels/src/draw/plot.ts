import { element } from "../page/dom.ts";
import type { Tooltip } from "../page/tooltip.ts";
import type { Exemplar } from "../query/prometheus.ts";
import type { AbsoluteRange } from "../query/time-range.ts";
import { createChart, type Chart, type ChartOption } from "./chart.ts";
import type { Crosshair } from "./crosshair.ts";

/** What a plot shows at present. */
export interface PlotContent {
  option: ChartOption;
  /** What the pointer at that time, in seconds, and height is told. */
  describe(time: number, height: number): HTMLElement | undefined;
  exemplars: readonly Exemplar[];
  /** Where on the y axis a value lies. */
  heightOf(value: number): number;
  describeExemplar(exemplar: Exemplar): HTMLElement;
  colorOf(exemplar: Exemplar): string;
}

/** What all plots of the page share. */
export interface PlotSurroundings {
  crosshair: Crosshair;
  tooltip: Tooltip;
  /** @returns undefined where no dashboard is known that has the traces. */
  traceLink(exemplar: Exemplar): string | undefined;
  onZoom(range: AbsoluteRange): void;
}

// A shorter drag, in pixels, is a click that slipped.
const shortestDrag = 6;

/** A chart over time, with what the pointer does in it: read, mark the same time everywhere, drag to zoom. */
export class Plot {
  readonly element = element("div", { class: "plot" });
  readonly #canvas: HTMLElement;
  readonly #marks = element("div", { class: "plot-marks" });
  readonly #line = element("div", { class: "crosshair", hidden: true });
  readonly #selection = element("div", { class: "selection", hidden: true });
  readonly #surroundings: PlotSurroundings;
  readonly #leave: () => void;
  readonly #resized: ResizeObserver;
  #chart: Chart | undefined;
  #content: PlotContent | undefined;
  #dragFrom: number | undefined;

  constructor(name: string, surroundings: PlotSurroundings) {
    this.#surroundings = surroundings;
    this.#canvas = element("div", { class: "plot-canvas", role: "img", "aria-label": name });
    this.element.append(this.#canvas, this.#line, this.#selection, this.#marks);
    this.#leave = surroundings.crosshair.join((time) => this.#mark(time));
    this.#resized = new ResizeObserver(() => {
      this.#chart?.resize();
      this.#placeExemplars();
    });
    this.#resized.observe(this.element);
    this.#listen();
  }

  show(content: PlotContent): void {
    this.#content = content;
    this.#chart ??= createChart(this.#canvas);
    this.#chart.setOption(content.option, { notMerge: true });
    this.#placeExemplars();
  }

  dispose(): void {
    this.#resized.disconnect();
    this.#leave();
    this.#chart?.dispose();
  }

  #listen(): void {
    const { crosshair, tooltip } = this.#surroundings;
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.target instanceof HTMLAnchorElement || !this.#isInside(event)) return;
      this.#dragFrom = this.#clamp(event.offsetX);
      this.element.setPointerCapture(event.pointerId);
    });
    this.element.addEventListener("pointermove", (event) => {
      if (event.target instanceof HTMLAnchorElement) return;
      const { x, y } = this.#positionOf(event);
      if (this.#dragFrom !== undefined) {
        this.#select(this.#dragFrom, this.#clamp(x));
        tooltip.hide();
        return;
      }
      const at = this.#isInside(event) ? this.#at(x, y) : undefined;
      crosshair.move(at?.time);
      const description = at && this.#content?.describe(at.time, at.height);
      if (description) tooltip.show(description, event.clientX, event.clientY);
      else tooltip.hide();
    });
    this.element.addEventListener("pointerleave", () => {
      crosshair.move(undefined);
      tooltip.hide();
    });
    this.element.addEventListener("pointercancel", () => this.#endDrag());
    this.element.addEventListener("pointerup", (event) => {
      const from = this.#dragFrom;
      this.#endDrag();
      if (from === undefined) return;
      const to = this.#clamp(this.#positionOf(event).x);
      if (Math.abs(to - from) < shortestDrag) return;
      const times = [this.#at(from, 0)?.time, this.#at(to, 0)?.time];
      if (times[0] === undefined || times[1] === undefined) return;
      this.#surroundings.onZoom({ from: Math.min(times[0], times[1]), to: Math.max(times[0], times[1]) });
    });
  }

  #positionOf(event: PointerEvent): { x: number; y: number } {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #isInside(event: PointerEvent): boolean {
    const { x, y } = this.#positionOf(event);
    return !!this.#chart?.containPixel({ gridIndex: 0 }, [x, y]);
  }

  #at(x: number, y: number): { time: number; height: number } | undefined {
    const found = this.#chart?.convertFromPixel({ gridIndex: 0 }, [x, y]);
    return found && { time: found[0]! / 1000, height: found[1]! };
  }

  #xOf(time: number): number {
    return this.#chart?.convertToPixel({ xAxisIndex: 0 }, time * 1000) ?? NaN;
  }

  /** To the plot's own area, without the axes. */
  #clamp(x: number): number {
    const { left, right } = this.#area();
    return Math.min(right, Math.max(left, x));
  }

  #area(): { left: number; right: number } {
    const axis = this.#content?.option.xAxis;
    const { min, max } = axis as { min: number; max: number };
    return { left: this.#xOf(min / 1000), right: this.#xOf(max / 1000) };
  }

  #mark(time: number | undefined): void {
    const x = time === undefined ? NaN : this.#xOf(time);
    this.#line.hidden = !Number.isFinite(x) || x < this.#area().left || x > this.#area().right;
    if (!this.#line.hidden) this.#line.style.translate = `${Math.round(x)}px 0`;
  }

  #select(from: number, to: number): void {
    this.#selection.hidden = false;
    this.#selection.style.left = `${Math.min(from, to)}px`;
    this.#selection.style.width = `${Math.abs(to - from)}px`;
  }

  #endDrag(): void {
    this.#dragFrom = undefined;
    this.#selection.hidden = true;
  }

  #placeExemplars(): void {
    const content = this.#content;
    const chart = this.#chart;
    if (!content || !chart) return;
    const { tooltip, traceLink } = this.#surroundings;
    const dots = content.exemplars.flatMap((exemplar) => {
      const [x, y] = chart.convertToPixel({ gridIndex: 0 }, [
        exemplar.time * 1000,
        content.heightOf(exemplar.value),
      ]) as [number, number];
      if (!chart.containPixel({ gridIndex: 0 }, [x, y])) return [];
      // Reached by pointer; whoever uses the keyboard finds the same links in the panel's table.
      const dot = element("a", {
        class: "exemplar",
        href: traceLink(exemplar),
        target: "_blank",
        rel: "noopener",
        draggable: "false",
        tabindex: "-1",
        "aria-hidden": "true",
      });
      dot.style.background = content.colorOf(exemplar);
      dot.style.left = `${x}px`;
      dot.style.top = `${y}px`;
      dot.addEventListener("pointerenter", (event) => {
        this.#surroundings.crosshair.move(exemplar.time);
        tooltip.show(content.describeExemplar(exemplar), event.clientX, event.clientY);
      });
      return dot;
    });
    this.#marks.replaceChildren(...dots);
  }
}
