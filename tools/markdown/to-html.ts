import { defineTool } from "@toolruntime/sdk";
import { marked } from "marked";
import { z } from "zod";

/** Renders Markdown as HTML. HTML within the Markdown is kept, so the result is only as trustworthy as its source. */
export default defineTool({
  description: "Renders Markdown (CommonMark with GitHub's extensions) as HTML.",
  annotations: { title: "Markdown to HTML", readOnly: true, idempotent: true, openWorld: false },
  input: z.object({ markdown: z.string() }),
  output: z.object({ html: z.string() }),
  run: async ({ markdown }) => ({ html: await marked.parse(markdown) }),
});
