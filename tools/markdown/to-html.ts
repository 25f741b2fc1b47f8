import { defineTool } from "@toolruntime/sdk";
import { marked } from "marked";

interface Input {
  /** CommonMark with GitHub's extensions. */
  markdown: string;
}

/** Renders Markdown as HTML. HTML within the Markdown is kept, so the result is only as trustworthy as its source. */
export default defineTool<Input, { html: string }>({
  description: "Renders Markdown (CommonMark with GitHub's extensions) as HTML.",
  run: async ({ markdown }) => ({ html: await marked.parse(markdown) }),
});
