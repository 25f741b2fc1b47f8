import type { QueryRange } from "./intervals.ts";

export type Labels = Readonly<Record<string, string>>;

/** A time in seconds since 1970, and a value. */
export type Point = readonly [time: number, value: number];

export interface PrometheusSeries {
  labels: Labels;
  points: Point[];
}

export interface Exemplar {
  /** Of the exemplar itself, such as trace_id. */
  labels: Labels;
  series: Labels;
  time: number;
  value: number;
}

/** Prometheus, or the way to it, does not answer: it is worth asking again later. */
export class Unreachable extends Error {}

/** Prometheus says that the query is not right, or too much for it. */
export class QueryFailed extends Error {}

interface ApiSeries {
  metric: Record<string, string>;
  values?: [number, string][];
  value?: [number, string];
}

interface ApiExemplars {
  seriesLabels: Record<string, string>;
  exemplars: { labels: Record<string, string>; value: string; timestamp: number }[];
}

type ApiAnswer<T> = { status: "success"; data: T } | { status: "error"; errorType: string; error: string };

/** Prometheus' HTTP API, as the panels' server passes it on. */
export class Prometheus {
  async range(expr: string, range: QueryRange, signal: AbortSignal): Promise<PrometheusSeries[]> {
    const { result } = await get<{ result: ApiSeries[] }>("query_range", { query: expr, ...range }, signal);
    return result.map(({ metric, values }) => ({ labels: metric, points: (values ?? []).map(toPoint) }));
  }

  async instant(expr: string, time: number, signal: AbortSignal): Promise<PrometheusSeries[]> {
    const { resultType, result } = await get<{ resultType: string; result: ApiSeries[] | [number, string] }>(
      "query",
      { query: expr, time },
      signal,
    );
    if (resultType === "scalar") return [{ labels: {}, points: [toPoint(result as [number, string])] }];
    return (result as ApiSeries[]).map(({ metric, value }) => ({
      labels: metric,
      points: value ? [toPoint(value)] : [],
    }));
  }

  async exemplars(expr: string, { start, end }: QueryRange, signal: AbortSignal): Promise<Exemplar[]> {
    const found = await get<ApiExemplars[]>("query_exemplars", { query: expr, start, end }, signal);
    return found.flatMap(({ seriesLabels, exemplars }) =>
      exemplars.map(({ labels, value, timestamp }) => ({
        labels,
        series: seriesLabels,
        time: timestamp,
        value: Number(value),
      })),
    );
  }

  labelValues(label: string, metric: string, signal: AbortSignal): Promise<string[]> {
    return get<string[]>(`label/${label}/values`, { "match[]": metric }, signal);
  }
}

async function get<T>(
  path: string,
  parameters: Record<string, string | number>,
  signal: AbortSignal,
): Promise<T> {
  const search = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const answer = await fetchJson<ApiAnswer<T>>(`/api/v1/${path}?${search}`, signal);
  if (answer.status === "success") return answer.data;
  if (/^(unavailable|timeout|missing)$/.test(answer.errorType)) throw new Unreachable(answer.error);
  throw new QueryFailed(answer.error);
}

async function fetchJson<T>(path: string, signal: AbortSignal): Promise<T> {
  try {
    return (await (await fetch(path, { signal })).json()) as T;
  } catch (thrown) {
    signal.throwIfAborted();
    throw new Unreachable("The panels' server does not answer.", { cause: thrown });
  }
}

function toPoint([time, value]: [number, string]): Point {
  // Number() does not read Prometheus' infinities.
  return [time, value === "+Inf" ? Infinity : value === "-Inf" ? -Infinity : Number(value)];
}
