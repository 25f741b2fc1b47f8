import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { dirname, join } from "node:path";

/** A schema as callers are shown it, or why they are not. */
export type ListedSchema = { schema: unknown } | { problem: string };

type Direction = "input" | "output";

/** What the bundler puts beside the bundle of a tool with valibot, which leaves JSON Schema to a package of its own. */
interface ValibotExport {
  toJsonSchema(schema: unknown, options: object): unknown;
}

const target = "draft-2020-12";
const maxBytes = 256_000;

/** A schema as its own library exports it. What JSON Schema cannot say is left open. */
export async function listSchema(
  schema: StandardSchemaV1,
  direction: Direction,
  bundle: string,
): Promise<ListedSchema> {
  try {
    const json = JSON.stringify(await exportSchema(schema, direction, bundle));
    if (json.length > maxBytes)
      throw new RangeError(`it has ${json.length} characters of at most ${maxBytes}`);
    return { schema: JSON.parse(json) };
  } catch (thrown) {
    return { problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function exportSchema(schema: StandardSchemaV1, direction: Direction, bundle: string): unknown {
  const standard: StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props> = schema["~standard"];
  const { vendor, jsonSchema } = standard;
  // An option of zod's; the others leave open what they cannot say without being told.
  if (jsonSchema) return jsonSchema[direction]({ target, libraryOptions: { unrepresentable: "any" } });
  if (vendor === "valibot") return exportFromValibot(schema, direction, bundle);
  throw new TypeError(`its library, ${vendor}, exports none`);
}

async function exportFromValibot(schema: unknown, direction: Direction, bundle: string): Promise<unknown> {
  const file = join(dirname(bundle), "json-schema.js");
  if (!(await Bun.file(file).exists())) {
    throw new TypeError("valibot exports it by the package @valibot/to-json-schema, which is not there");
  }
  const { toJsonSchema } = (await import(file)) as ValibotExport;
  return toJsonSchema(schema, { target, typeMode: direction, errorMode: "ignore", overrideAction });
}

// It would go on as if a transformation left the value's type as it was.
function overrideAction({ valibotAction }: { valibotAction: { kind: string } }): object | undefined {
  return valibotAction.kind === "transformation" ? {} : undefined;
}
