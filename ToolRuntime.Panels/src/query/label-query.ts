const pattern = /^label_values\((\w+), *(\w+)\)$/;

/** Whether a variable's query is Grafana's `label_values(metric, label)`. */
export function isLabelQuery(query: string): boolean {
  return pattern.test(query);
}

/** @throws Error The query asks for something else. */
export function parseLabelQuery(query: string): { metric: string; label: string } {
  const [, metric, label] = pattern.exec(query) ?? [];
  if (!metric || !label) throw new Error(`A variable is not read by label_values(metric, label): ${query}`);
  return { metric, label };
}
