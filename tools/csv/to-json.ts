import { defineTool } from "@toolruntime/sdk";
import { parse } from "csv-parse/sync";
import { z } from "zod";

/** Turns CSV with a header line into an array of objects. */
export default defineTool({
  description: "Turns CSV text with a header line into an array of objects.",
  annotations: { title: "CSV to JSON", readOnly: true, openWorld: false },
  input: z.object({
    csv: z.string().describe("RFC 4180 text whose first line names the columns."),
    delimiter: z.string().length(1).default(",").describe("What stands between two fields."),
  }),
  output: z.object({
    rows: z.array(z.record(z.string(), z.string())),
    count: z.int(),
  }),
  run({ csv, delimiter }) {
    const rows = parse<Record<string, string>>(csv, {
      bom: true,
      columns: true,
      delimiter,
      skip_empty_lines: true,
      trim: true,
    });
    console.log(`Read ${rows.length} rows.`);
    return { rows, count: rows.length };
  },
});
