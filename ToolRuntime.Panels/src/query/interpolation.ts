// $name, ${name} and [[name]], as in Grafana.
const reference = /\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)\]\]/g;

/** The variables that a query names, with the format where one is asked for: `name` or `name:format`. */
export function variablesIn(query: string): string[] {
  return [...query.matchAll(reference)].map(
    ([, plain, braced, format, bracketed]) => (plain ?? braced ?? bracketed)! + (format ? `:${format}` : ""),
  );
}

/**
 * Puts the variables' values into a query.
 * @throws Error There is no such variable.
 */
export function interpolate(query: string, variables: ReadonlyMap<string, string>): string {
  return query.replace(
    reference,
    (_, plain?: string, braced?: string, _format?: string, bracketed?: string) => {
      const name = (plain ?? braced ?? bracketed)!;
      const value = variables.get(name);
      if (value === undefined) throw new Error(`The variable ${name} is not known.`);
      return value;
    },
  );
}

/** Values as a PromQL string's regular expression that matches just these. */
export function matcherOf(values: readonly string[]): string {
  const escaped = values.map((value) =>
    value
      .replace(/[\\^$*+?.()|[\]{}]/g, "\\$&")
      .replaceAll("\\", "\\\\")
      .replaceAll('"', '\\"'),
  );
  return escaped.length === 1 ? escaped[0]! : `(${escaped.join("|")})`;
}
