// Compiled and never run: what TypeScript knows of a tool, and what it must refuse.
import { defineTool, type Json, type ToolContext } from "@toolruntime/sdk";
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(equal: Equal<A, B>): void;

// What `run` gets is what the schema makes of the input: defaults are there, and transformations done.
defineTool({
  description: "zod",
  input: z.object({ text: z.string(), times: z.number().default(1), at: z.string().transform(Number) }),
  run(input, config, context) {
    same<typeof input, { text: string; times: number; at: number }>(true);
    same<typeof config, Json>(true);
    same<typeof context, ToolContext>(true);
    return input.text.repeat(input.times);
  },
});
defineTool({
  description: "valibot",
  input: v.object({ text: v.string(), times: v.optional(v.number(), 1) }),
  run({ text, times }) {
    same<[typeof text, typeof times], [string, number]>(true);
  },
});
defineTool({
  description: "arktype",
  input: type({ text: "string", "times?": "number" }),
  run({ text, times }) {
    same<[typeof text, typeof times], [string, number | undefined]>(true);
  },
});

// What `run` returns is what the schema takes, be it by a promise.
const output = z.object({ kind: z.enum(["a", "b"]), size: z.string().transform(Number) });
defineTool({ description: "", output, run: (_input) => ({ kind: "a", size: "5" }) });
defineTool({ description: "", output, run: async (_input) => ({ kind: "b", size: "5" }) });
defineTool({ description: "", output, input: z.string(), run: (size) => ({ kind: "a", size }) });
// @ts-expect-error: no such kind
defineTool({ description: "", output, run: (_input) => ({ kind: "c", size: "5" }) });
// @ts-expect-error: the schema's input is a string
defineTool({ description: "", output, run: (_input) => ({ kind: "a", size: 5 }) });
// @ts-expect-error: the size is missing
defineTool({ description: "", output, run: async (_input) => ({ kind: "a" }) });
// @ts-expect-error: nothing is returned
defineTool({ description: "", output, run: () => {} });
// @ts-expect-error: valibot's string
defineTool({ description: "", output: v.string(), run: () => 5 });
// @ts-expect-error: arktype's string
defineTool({ description: "", output: type("string"), run: () => 5 });

// A schema is the truth about the input.
// @ts-expect-error: the schema gives a number
defineTool({ description: "", input: z.number(), run: (input: string) => input });
// @ts-expect-error: there is no such property
defineTool({ description: "", input: z.object({ n: z.number() }), run: ({ text }) => text });
// @ts-expect-error: no Standard Schema
defineTool({ description: "", input: { text: "string" }, run: () => 1 });

// Without schemas the types are the author's own.
const own = defineTool<{ text: string }, string>({ description: "", run: ({ text }) => text.toUpperCase() });
same<Parameters<typeof own.run>[0], { text: string }>(true);
// @ts-expect-error: it says that it returns a string
defineTool<{ text: string }, string>({ description: "", run: ({ text }) => text.length });
const annotated = defineTool({ description: "", run: (input: { n: number }) => input.n });
same<Parameters<typeof annotated.run>[0], { n: number }>(true);
defineTool({ description: "", run: (_input, config: { key: string }) => config.key });

// Settings and annotations.
defineTool({
  description: "",
  annotations: { title: "T", readOnly: true, destructive: false, idempotent: true, openWorld: false },
  isolation: "Reused",
  timeoutMs: 1000,
  limits: { concurrency: 2 },
  network: true,
  readPaths: ["data"],
  run: () => 1,
});
// @ts-expect-error: no such annotation
defineTool({ description: "", annotations: { readonly: true }, run: () => 1 });
// @ts-expect-error: no such isolation
defineTool({ description: "", isolation: "Shared", run: () => 1 });
// @ts-expect-error: a description is missing
defineTool({ run: () => 1 });
