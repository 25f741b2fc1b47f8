import type { Dashboard, QueryVariable } from "../dashboard/schema.ts";
import { matcherOf } from "../query/interpolation.ts";
import type { Prometheus } from "../query/prometheus.ts";

const labelValues = /^label_values\((\w+), *(\w+)\)$/;

/** The variable that the user filters by. */
export function filterOf(dashboard: Dashboard): QueryVariable {
  const filter = dashboard.templating.list.find((variable) => variable.type === "query");
  if (!filter) throw new Error("The dashboard has no variable to filter by.");
  return filter;
}

/** The metric and the label whose values a variable has; undefined where it asks for something else. */
export function labelQueryOf(variable: QueryVariable): { metric: string; label: string } | undefined {
  const [, metric, label] = labelValues.exec(variable.query.query) ?? [];
  return metric && label ? { metric, label } : undefined;
}

export async function valuesOf(
  variable: QueryVariable,
  prometheus: Prometheus,
  signal: AbortSignal,
): Promise<string[]> {
  const query = labelQueryOf(variable);
  if (!query) throw new Error(`The variable ${variable.name} is not read by label_values(metric, label).`);
  const values = await prometheus.labelValues(query.label, query.metric, signal);
  return values.sort((a, b) => a.localeCompare(b));
}

/** The variable as it stands in a query. */
export function variablesOf(variable: QueryVariable, selected: readonly string[]): Map<string, string> {
  return new Map([
    [variable.name, selected.length === 0 ? (variable.allValue ?? ".*") : matcherOf(selected)],
  ]);
}
