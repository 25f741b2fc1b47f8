import { defineTool } from "@toolruntime/sdk";
import { parse } from "csv-parse/sync";

interface Input {
  /** RFC 4180 text whose first line names the columns. */
  csv: string;
  /** What stands between two fields; a comma where it is not given. */
  delimiter?: string;
}

interface Table {
  rows: Record<string, string>[];
  count: number;
}

/** Turns CSV with a header line into an array of objects. */
export default defineTool<Input, Table>({
  description: "Turns CSV text with a header line into an array of objects.",
  run({ csv, delimiter = "," }) {
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
