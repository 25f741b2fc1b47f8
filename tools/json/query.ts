import { search } from "@jmespath-community/jmespath";
import { defineTool, type Json } from "@toolruntime/sdk";
import { z } from "zod";

/** Answers a JMESPath query over a JSON document. */
export default defineTool({
  description: "Answers a JMESPath query over a JSON document.",
  annotations: { title: "Query JSON", readOnly: true, idempotent: true, openWorld: false },
  input: z.object({
    data: z.unknown().describe("The document: any JSON."),
    query: z.string().describe("A JMESPath expression, as `people[?age > `30`].name`."),
  }),
  run: ({ data, query }) => search(data as Json, query) as Json,
});
