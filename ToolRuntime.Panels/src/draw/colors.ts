/** The page's colours, as its style sheet defines them for the theme in force. */
export interface Theme {
  text: string;
  muted: string;
  grid: string;
  exemplar: string;
  font: string;
  palette: string[];
  named: Record<NamedColor, string>;
  /** From few to many, by the name of a Grafana scheme. */
  schemes: Record<HeatmapScheme, string[]>;
}

/** The colours that a dashboard may name. */
export const namedColors = ["green", "yellow", "orange", "red", "purple", "blue", "text"] as const;
export type NamedColor = (typeof namedColors)[number];

export const heatmapSchemes = ["Blues", "Purples"] as const;
export type HeatmapScheme = (typeof heatmapSchemes)[number];

const paletteSize = 12;
const schemeSize = 5;

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const readAll = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => read(`${name}-${index + 1}`));
  return {
    text: read("text"),
    muted: read("text-muted"),
    grid: read("grid-line"),
    exemplar: read("exemplar"),
    font: read("font"),
    palette: readAll("series", paletteSize),
    named: Object.fromEntries(namedColors.map((name) => [name, read(`color-${name}`)])) as Theme["named"],
    schemes: Object.fromEntries(
      heatmapSchemes.map((name) => [name, readAll(`heat-${name.toLowerCase()}`, schemeSize)]),
    ) as Theme["schemes"],
  };
}

/** Gives each name a colour of its own, as long as there are colours. */
export class PaletteByName {
  readonly #indexes = new Map<string, number>();

  /** Gives out the colours in the order of these names, so that they are the same whichever panel comes first. */
  reserve(names: readonly string[]): void {
    for (const name of names) this.indexOf(name);
  }

  indexOf(name: string): number {
    let index = this.#indexes.get(name);
    if (index === undefined) this.#indexes.set(name, (index = this.#indexes.size % paletteSize));
    return index;
  }
}

/** Colours for 0 to 1, from the first of the stops to the last. */
export function colorScale(stops: readonly string[]): (share: number) => string {
  const channels = stops.map((stop) => [1, 3, 5].map((start) => parseInt(stop.slice(start, start + 2), 16)));
  return (share) => {
    const position = Math.min(1, Math.max(0, share)) * (channels.length - 1);
    const index = Math.min(channels.length - 2, Math.floor(position));
    const mixed = channels[index]!.map((from, channel) =>
      Math.round(from + (channels[index + 1]![channel]! - from) * (position - index)),
    );
    return `rgb(${mixed.join(", ")})`;
  };
}
