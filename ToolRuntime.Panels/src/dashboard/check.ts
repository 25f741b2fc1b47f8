/** Looks at a part of a JSON document, and says what is wrong with it. */
export type Check = (value: unknown, path: string) => string[];

export const anything: Check = () => [];

export const text: Check = (value, path) =>
  typeof value === "string" && value !== "" ? [] : [`${path} is no text`];

export const number: Check = (value, path) => (typeof value === "number" ? [] : [`${path} is no number`]);

export function oneOf(...values: readonly unknown[]): Check {
  return (value, path) =>
    values.includes(value)
      ? []
      : [
          `${path} is ${JSON.stringify(value)}, not ${values.map((known) => JSON.stringify(known)).join(" or ")}`,
        ];
}

export function that(is: (text: string) => boolean, what: string): Check {
  return (value, path) =>
    typeof value === "string" && is(value) ? [] : [`${path} is ${JSON.stringify(value)}, not ${what}`];
}

export function list(item: Check): Check {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((entry, index) => item(entry, `${path}[${index}]`))
      : [`${path} is no list`];
}

/** An object with no other properties than these; those whose name ends in a question mark may be missing. */
export function object(properties: Record<string, Check>): Check {
  const known = new Map(
    Object.entries(properties).map(([name, check]) => [
      name.replace("?", ""),
      { check, isOptional: name.endsWith("?") },
    ]),
  );
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} is no object`];
    const unknown = Object.keys(value).filter((name) => !known.has(name));
    return [
      ...unknown.map((name) => `${path}.${name} is not known`),
      ...[...known].flatMap(([name, { check, isOptional }]) => {
        const property = (value as Record<string, unknown>)[name];
        return property === undefined && isOptional ? [] : check(property, `${path}.${name}`);
      }),
    ];
  };
}

/** An object by the value of one of its properties. */
export function byKind(property: string, kinds: Record<string, Check>): Check {
  return (value, path) => {
    const kind = (value as Record<string, unknown> | null)?.[property];
    const check = typeof kind === "string" ? kinds[kind] : undefined;
    return check
      ? check(value, path)
      : [`${path}.${property} is ${JSON.stringify(kind)}, not ${Object.keys(kinds).join(" or ")}`];
  };
}
