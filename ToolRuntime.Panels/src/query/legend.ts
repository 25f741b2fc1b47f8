import type { Labels } from "./prometheus.ts";

/** A series' name by its target's legend format. */
export function legendOf(format: string, labels: Labels): string {
  if (format !== "__auto" && format !== "") {
    return (
      format
        .replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? "")
        .replace(/\s+/g, " ")
        .trim() || "value"
    );
  }
  const { __name__: name = "", ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${label}="${value}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(", ")}}` : name || "value";
}
