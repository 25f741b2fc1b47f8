import { defineTool } from "@toolruntime/sdk";
import { z } from "zod";

const localHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);
const maxBody = 100_000;

/** Fetches an address of this machine: a health endpoint, a local API. Other hosts are refused. */
export default defineTool({
  description: "Fetches a local URL (localhost only) and returns its status, content type and body.",
  annotations: { title: "Fetch a local URL", readOnly: true },
  network: true,
  input: z.object({
    url: z.url({ protocol: /^https?$/ }).describe("An http or https address on this machine."),
  }),
  output: z.object({
    status: z.int(),
    contentType: z.string(),
    body: z.string().max(maxBody).describe(`The body's first ${maxBody} characters.`),
    milliseconds: z.number(),
  }),
  async run({ url }) {
    const { hostname } = new URL(url);
    if (!localHosts.has(hostname)) throw new RangeError(`${hostname} is not this machine.`);

    const start = performance.now();
    const response = await fetch(url, { redirect: "manual" });
    const body = await response.text();
    const milliseconds = Math.round(performance.now() - start);
    console.info(`${response.status} after ${milliseconds} ms: ${url}`);
    return {
      status: response.status,
      contentType: response.headers.get("content-type") ?? "",
      body: body.slice(0, maxBody),
      milliseconds,
    };
  },
});
