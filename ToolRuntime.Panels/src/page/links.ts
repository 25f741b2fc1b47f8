import type { Exemplar } from "../query/prometheus.ts";
import type { AbsoluteRange } from "../query/time-range.ts";

/** The address of a call's trace in the Aspire dashboard. */
export function traceLink(dashboard: string | undefined, exemplar: Exemplar): string | undefined {
  const trace = exemplar.labels["trace_id"];
  return dashboard && trace ? `${dashboard}/traces/detail/${encodeURIComponent(trace)}` : undefined;
}

/** The address that shows queries as graphs in Prometheus' own page: as 2.x has it, which 3.x still leads on. */
export function prometheusLink(
  prometheus: string | undefined,
  queries: readonly string[],
  { from, to }: AbsoluteRange,
): string | undefined {
  if (!prometheus) return undefined;
  const search = new URLSearchParams(
    queries.flatMap((expr, index): [string, string][] => [
      [`g${index}.expr`, expr],
      [`g${index}.tab`, "0"],
      [`g${index}.range_input`, `${Math.round(to - from)}s`],
      [`g${index}.end_input`, new Date(to * 1000).toISOString().slice(0, 19).replace("T", " ")],
    ]),
  );
  return `${prometheus}/graph?${search}`;
}
