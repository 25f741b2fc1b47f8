import type { Server } from "bun";
import { bundlePage, type Asset } from "./assets.ts";
import { securityHeaders } from "./headers.ts";
import { PrometheusProxy } from "./prometheus-proxy.ts";
import type { Settings } from "./settings.ts";

/** What the page has to know of its surroundings. */
export interface PageSettings {
  links: Settings["links"];
  scrapeInterval: number;
}

/** Starts the server, on loopback only. */
export async function servePanels(settings: Settings): Promise<Server<undefined>> {
  const assets = await bundlePage();
  const prometheus = new PrometheusProxy(settings.prometheus);

  return Bun.serve({
    hostname: "127.0.0.1",
    port: settings.port,
    // Above what Prometheus is given to answer.
    idleTimeout: 30,
    development: false,
    async fetch(request) {
      const response = await answer(request);
      for (const [name, value] of Object.entries(securityHeaders)) response.headers.set(name, value);
      return response;
    },
    error(thrown) {
      console.error(thrown);
      return new Response("The panels page failed; its log says why.\n", { status: 500 });
    },
  });

  async function answer(request: Request): Promise<Response> {
    if (request.method !== "GET") {
      return new Response("Only GET is answered.\n", { status: 405, headers: { allow: "GET" } });
    }

    const { pathname } = new URL(request.url);
    const asset = assets.get(pathname);
    if (asset) return serveAsset(asset);
    switch (pathname) {
      case "/health":
        return new Response("Healthy");
      case "/settings.json":
        return noStore(
          Response.json({
            links: settings.links,
            scrapeInterval: settings.scrapeInterval,
          } satisfies PageSettings),
        );
      case "/dashboard.json":
        return noStore(await serveDashboard(settings.dashboardFile));
      default:
        return (await prometheus.answer(request)) ?? new Response("Not found.\n", { status: 404 });
    }
  }
}

function serveAsset(asset: Asset): Response {
  return new Response(asset.content, {
    headers: { "content-type": asset.type, "cache-control": asset.cacheControl },
  });
}

/** Read each time, so that a change shows with the next load of the page. */
async function serveDashboard(file: string): Promise<Response> {
  try {
    return Response.json(await Bun.file(file).json());
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    console.error(`The dashboard's JSON cannot be read from ${file}: ${reason}`);
    return Response.json({ error: `The dashboard's JSON cannot be read: ${reason}` }, { status: 500 });
  }
}

function noStore(response: Response): Response {
  response.headers.set("cache-control", "no-store");
  return response;
}
