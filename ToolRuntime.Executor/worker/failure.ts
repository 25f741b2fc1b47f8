/** An error as it crosses to the host. `kind` is a value of the metric label error_kind. */
export interface Failure {
  kind: "start" | "stdout" | "wait" | "parse";
  type: string;
  message: string;
  stack: string;
}

export function failureOf(kind: Failure["kind"], thrown: unknown): Failure {
  if (!(thrown instanceof Error)) {
    return { kind, type: typeof thrown, message: textOf(thrown), stack: "" };
  }
  const type = thrown.name && thrown.name !== "Error" ? thrown.name : thrown.constructor.name;
  return { kind, type, message: thrown.message, stack: ownStack(thrown.stack ?? "") };
}

/** Without the runtime's frames, which tell a tool's author nothing. */
function ownStack(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => !line.includes(import.meta.dir))
    .join("\n");
}

function textOf(thrown: unknown): string {
  try {
    return typeof thrown === "object" ? JSON.stringify(thrown) : String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}
