import { resolve } from "node:path";
import { parseDuration } from "../query/durations.ts";

/** What the environment says. */
export interface Settings {
  /** PORT; 0 is any free one. */
  port: number;
  /** PROMETHEUS_URL: whom the page's queries are passed on to. Without it the page says what is missing. */
  prometheus: URL | undefined;
  /** DASHBOARD_JSON: the Grafana dashboard that the page draws. */
  dashboardFile: string;
  links: Links;
  /** SCRAPE_INTERVAL in seconds, as Grafana's data source has it: no rate is taken over less than four of them. */
  scrapeInterval: number;
}

/** Where the page's links lead. Without an address there is no link. */
export interface Links {
  /** PROMETHEUS_PUBLIC_URL: Prometheus as the user's browser reaches it. */
  prometheus: string | undefined;
  /** DASHBOARD_URL: the Aspire dashboard, which has the traces. */
  traces: string | undefined;
}

const repositorysDashboard = resolve(
  import.meta.dir,
  "../../../observability/grafana/dashboards/tool-runtime.json",
);

/** A variable does not hold what it should. */
export class InvalidSetting extends Error {}

/** @throws InvalidSetting */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const port = Number(environment["PORT"] ?? "5082");
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new InvalidSetting(`PORT is no port: ${environment["PORT"]}`);
  }

  return {
    port,
    prometheus: url(environment, "PROMETHEUS_URL"),
    dashboardFile: environment["DASHBOARD_JSON"] || repositorysDashboard,
    links: {
      prometheus: base(url(environment, "PROMETHEUS_PUBLIC_URL")),
      traces: base(url(environment, "DASHBOARD_URL")),
    },
    scrapeInterval: duration(environment, "SCRAPE_INTERVAL", "5s"),
  };
}

function url(environment: Record<string, string | undefined>, name: string): URL | undefined {
  const value = environment[name];
  if (!value) return undefined;
  const parsed = URL.parse(value);
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new InvalidSetting(`${name} is no http address: ${value}`);
  return parsed;
}

function duration(environment: Record<string, string | undefined>, name: string, usual: string): number {
  try {
    return parseDuration(environment[name] || usual);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new InvalidSetting(`${name}: ${thrown.message}`);
    throw thrown;
  }
}

function base(url: URL | undefined): string | undefined {
  return url && url.origin + url.pathname.replace(/\/+$/, "");
}
