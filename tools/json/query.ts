import { search } from "@jmespath-community/jmespath";
import { defineTool, type Json } from "@toolruntime/sdk";

interface Input {
  data: Json;
  /** A JMESPath expression, as `people[?age > \`30\`].name`. */
  query: string;
}

/** Answers a JMESPath query over a JSON document. */
export default defineTool<Input, Json>({
  description: "Answers a JMESPath query over a JSON document.",
  run: ({ data, query }) => search(data, query) as Json,
});
