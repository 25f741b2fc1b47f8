// Writes the dashboard's JSON as a TypeScript literal of the schema's types, for tsc to check: what TypeScript imports from
// a JSON file has lost its literal types.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const source = new URL("../../observability/grafana/dashboards/tool-runtime.json", import.meta.url);
const target = new URL("../obj/dashboard.ts", import.meta.url);

mkdirSync(new URL(".", target), { recursive: true });
writeFileSync(
  target,
  `import type { Dashboard } from "../src/dashboard/schema.ts";\n\n` +
    `export default ${readFileSync(source, "utf8").trim()} satisfies Dashboard;\n`,
);
