import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ExportedTool } from "./module.ts";
import type { ToolFunction } from "./sdk.ts";

/** What is wrong with a part of a value, and which part. */
export interface Violation {
  /** As `input.items[2].price`. */
  field: string;
  message: string;
}

// The violations travel in a call's trailers, which have little room.
const maxViolations = 10;
const maxFieldLength = 200;
const maxMessageLength = 300;

/** An input that is not as the tool's schema has it. */
export class InputViolation {
  constructor(readonly violations: Violation[]) {}
}

/** A result that is not as the tool's schema has it. */
export class OutputViolation extends Error {
  override readonly name = "OutputSchemaViolation";
}

/** The tool's function, with what its schemas check before and after it. */
export function checked({ input, output, run }: ExportedTool): ToolFunction {
  if (!input && !output) return run;
  for (const schema of [input, output]) if (schema) void rehearse(schema);
  return async (value, config, context) => {
    const accepted = input ? await validate(input, value, refuseInput) : value;
    const result = await run(accepted as typeof value, config, context);
    return output ? validate(output, result, refuseOutput) : result;
  };
}

/** Libraries compile a schema when they first use it, which takes longer than most calls: this is no call yet. */
async function rehearse(schema: StandardSchemaV1): Promise<void> {
  try {
    await schema["~standard"].validate({});
  } catch {
    // What it makes of an empty object is nobody's question.
  }
}

async function validate(
  schema: StandardSchemaV1,
  value: unknown,
  refuse: (issues: readonly StandardSchemaV1.Issue[]) => never,
): Promise<unknown> {
  const outcome = await schema["~standard"].validate(value);
  return outcome.issues ? refuse(outcome.issues) : outcome.value;
}

function refuseInput(issues: readonly StandardSchemaV1.Issue[]): never {
  throw new InputViolation(violationsOf("input", issues));
}

function refuseOutput(issues: readonly StandardSchemaV1.Issue[]): never {
  const violations = violationsOf("result", issues).map(({ field, message }) => `${field}: ${message}`);
  throw new OutputViolation(`The result does not match the tool's schema. ${violations.join("; ")}`);
}

function violationsOf(root: string, issues: readonly StandardSchemaV1.Issue[]): Violation[] {
  return issues.slice(0, maxViolations).map(({ message, path = [] }) => ({
    field: shorten(
      path.reduce<string>((field, part) => field + partOf(part), root),
      maxFieldLength,
    ),
    message: shorten(String(message), maxMessageLength),
  }));
}

function partOf(part: PropertyKey | StandardSchemaV1.PathSegment): string {
  const key = typeof part === "object" ? part.key : part;
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
