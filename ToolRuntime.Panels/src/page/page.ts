import type { Dashboard } from "../dashboard/schema.ts";
import { PaletteByName, readTheme } from "../draw/colors.ts";
import { Crosshair } from "../draw/crosshair.ts";
import type { DrawingSurroundings } from "../draw/drawing.ts";
import { Prometheus, type Exemplar } from "../query/prometheus.ts";
import { resolveRange } from "../query/time-range.ts";
import type { PageSettings } from "../server/serve.ts";
import { Banner } from "./banner.ts";
import { Board } from "./board.ts";
import { Connection } from "./connection.ts";
import { prometheusLink, traceLink } from "./links.ts";
import type { QueryContext } from "./panel-data.ts";
import { Refresher } from "./refresher.ts";
import { applyTheme, onSystemTheme } from "./theme.ts";
import { Toolbar } from "./toolbar.ts";
import { Tooltip } from "./tooltip.ts";
import { filterOf, variablesOf } from "./variables.ts";
import { parseRefresh, ViewInAddress } from "./view.ts";

/** Puts the page together. */
export async function start(): Promise<void> {
  const banner = new Banner(document.getElementById("banner")!);
  let settings: PageSettings;
  let dashboard: Dashboard;
  try {
    [settings, dashboard] = await Promise.all([
      fetchJson<PageSettings>("/settings.json"),
      fetchJson<Dashboard>("/dashboard.json"),
    ]);
  } catch (thrown) {
    banner.show("The page cannot start", thrown instanceof Error ? thrown.message : String(thrown));
    return;
  }

  const filter = filterOf(dashboard);
  const view = new ViewInAddress(filter.name, {
    range: dashboard.time,
    refresh: parseRefresh(dashboard.refresh),
    selected: [],
    theme: "auto",
  });
  applyTheme(view.current.theme);
  document.title = dashboard.title;

  const prometheus = new Prometheus();
  const toolPalette = new PaletteByName();
  const crosshair = new Crosshair();
  const tooltip = new Tooltip();
  let theme = readTheme();

  const context = (): QueryContext => ({
    range: resolveRange(view.current.range, Date.now() / 1000),
    variables: variablesOf(filter, view.current.selected),
    scrapeInterval: settings.scrapeInterval,
  });
  const drawing = (): DrawingSurroundings => ({
    theme,
    toolPalette,
    crosshair,
    tooltip,
    traceLink: (exemplar: Exemplar) => traceLink(settings.links.traces, exemplar),
    onZoom: ({ from, to }) =>
      view.change({ range: { from: String(Math.floor(from * 1000)), to: String(Math.ceil(to * 1000)) } }),
  });

  const connection = new Connection(
    prometheus,
    (reason, since) => {
      board.interrupt();
      banner.showLost(reason, since);
    },
    () => {
      banner.hide();
      refresh();
    },
  );
  const toolbar = new Toolbar(document.getElementById("toolbar")!, dashboard, view, prometheus, {
    prometheus: settings.links.prometheus,
    traces: settings.links.traces,
    onRefresh: () => refresh(),
    onValues: (values) => toolPalette.reserve(values),
    onUnreachable: (reason) => connection.lost(reason),
  });
  const board = new Board(
    document.getElementById("board")!,
    dashboard,
    {
      prometheus,
      drawing,
      queryLink: (queries, { range }) => prometheusLink(settings.links.prometheus, queries, range),
    },
    () => (connection.isLost ? undefined : context()),
    (reason) => connection.lost(reason),
  );
  const refresher = new Refresher(() => refresh());
  function refresh(): void {
    if (connection.isLost) return;
    board.refresh();
    void toolbar.refresh();
  }

  function redraw(): void {
    applyTheme(view.current.theme);
    theme = readTheme();
    board.redraw();
  }

  onSystemTheme(redraw);
  view.onChange((now, before) => {
    if (now.theme !== before.theme) redraw();
    if (now.range !== before.range || now.selected !== before.selected) board.reload();
    refresher.every(now.refresh);
  });
  refresher.every(view.current.refresh);
  // The tools come first, for their colours.
  await toolbar.refresh();
  board.start();
}

async function fetchJson<T>(path: string): Promise<T> {
  const response = await fetch(path);
  const answer = (await response.json()) as T | { error: string };
  if (!response.ok) throw new Error((answer as { error: string }).error);
  return answer as T;
}
