// Serves the panels page: the dashboard's JSON drawn from Prometheus.
import { servePanels } from "./server/serve.ts";
import { readSettings } from "./server/settings.ts";

const server = await servePanels(readSettings(process.env));
console.log(`The panels are at ${server.url.href}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void server.stop(true).then(() => process.exit(0));
  });
}
