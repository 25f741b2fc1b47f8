// Serves the panels page: the dashboard's JSON drawn from Prometheus.
import { servePanels } from "./server/serve.ts";
import { InvalidSetting, readSettings } from "./server/settings.ts";

try {
  const server = await servePanels(readSettings(process.env));
  console.log(`The panels are at ${server.url.href}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void server.stop(true).then(() => process.exit(0));
    });
  }
} catch (thrown) {
  const isTaken = thrown instanceof Error && "code" in thrown && thrown.code === "EADDRINUSE";
  if (!isTaken && !(thrown instanceof InvalidSetting)) throw thrown;
  console.error(
    isTaken ? `The port ${process.env["PORT"] ?? ""} is taken: set PORT to another one.` : thrown.message,
  );
  process.exit(1);
}
