import type { DataPanel, PrometheusTarget } from "../dashboard/schema.ts";
import { thin } from "../query/exemplars.ts";
import { interpolate } from "../query/interpolation.ts";
import { builtInVariables, intervalOf, queryRange, type QueryRange } from "../query/intervals.ts";
import { legendOf } from "../query/legend.ts";
import type { Exemplar, Labels, Point, Prometheus, PrometheusSeries } from "../query/prometheus.ts";
import type { AbsoluteRange } from "../query/time-range.ts";

/** What a panel's queries depend on beside the panel. */
export interface QueryContext {
  range: AbsoluteRange;
  /** The dashboard's variables, as they stand in a query. */
  variables: ReadonlyMap<string, string>;
  /** In seconds. */
  scrapeInterval: number;
}

export interface NamedSeries {
  name: string;
  refId: string;
  labels: Labels;
  points: Point[];
}

/** What Prometheus answered for a panel. */
export interface PanelData {
  range: AbsoluteRange;
  query: QueryRange;
  series: NamedSeries[];
  exemplars: Exemplar[];
}

/** The queries of a panel, as Prometheus gets them. */
export function queriesOf(panel: DataPanel, context: QueryContext, width: number): string[] {
  const { variables } = intervalsOf(context, width);
  return panel.targets.map(({ expr }) => interpolate(expr, variables));
}

/** Asks Prometheus what a panel of that width in pixels shows. */
export async function loadPanel(
  prometheus: Prometheus,
  panel: DataPanel,
  context: QueryContext,
  width: number,
  signal: AbortSignal,
): Promise<PanelData> {
  const { query, variables } = intervalsOf(context, width);
  const answers = await Promise.all(
    panel.targets.map(async (target) => {
      const expr = interpolate(target.expr, variables);
      const [series, exemplars] = await Promise.all([
        target.instant
          ? prometheus.instant(expr, context.range.to, signal)
          : prometheus.range(expr, query, signal),
        target.exemplar ? prometheus.exemplars(expr, query, signal) : [],
      ]);
      return { series: named(target, series), exemplars };
    }),
  );
  return {
    range: context.range,
    query,
    series: answers.flatMap(({ series }) => series),
    exemplars: thin(
      answers.flatMap(({ exemplars }) => exemplars),
      context.range,
    ),
  };
}

function intervalsOf({ range, variables, scrapeInterval }: QueryContext, width: number) {
  const length = range.to - range.from;
  const interval = intervalOf(length, width, scrapeInterval);
  return {
    query: queryRange(range.from, range.to, interval),
    variables: new Map([...builtInVariables(length, interval, scrapeInterval), ...variables]),
  };
}

/** Without what is no number: a ratio of nothing to nothing says nothing. */
function named(target: PrometheusTarget, series: PrometheusSeries[]): NamedSeries[] {
  return series
    .map(({ labels, points }) => ({
      name: legendOf(target.legendFormat, labels),
      refId: target.refId,
      labels,
      points: points.filter(([, value]) => !Number.isNaN(value)),
    }))
    .filter(({ points }) => points.length > 0);
}
