import type { Dashboard, QueryVariable } from "../dashboard/schema.ts";
import { matcherOf } from "../query/interpolation.ts";
import { parseLabelQuery } from "../query/label-query.ts";
import type { Prometheus } from "../query/prometheus.ts";

/** The variable that the user filters by. */
export function filterOf(dashboard: Dashboard): QueryVariable {
  const filter = dashboard.templating.list.find((variable) => variable.type === "query");
  if (!filter) throw new Error("The dashboard has no variable to filter by.");
  return filter;
}

export async function valuesOf(
  { query }: QueryVariable,
  prometheus: Prometheus,
  signal: AbortSignal,
): Promise<string[]> {
  const { label, metric } = parseLabelQuery(query.query);
  const values = await prometheus.labelValues(label, metric, signal);
  return values.sort((a, b) => a.localeCompare(b));
}

/** The variable as it stands in a query. */
export function variablesOf(variable: QueryVariable, selected: readonly string[]): Map<string, string> {
  return new Map([
    [variable.name, selected.length === 0 ? (variable.allValue ?? ".*") : matcherOf(selected)],
  ]);
}
