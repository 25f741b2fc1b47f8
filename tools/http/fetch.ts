import { defineTool } from "@toolruntime/sdk";

interface Input {
  /** An http or https address on this machine. */
  url: string;
}

interface Answer {
  status: number;
  contentType: string;
  /** The body's first 100,000 characters. */
  body: string;
  milliseconds: number;
}

const localHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);
const maxBody = 100_000;

/** Fetches an address of this machine: a health endpoint, a local API. Other hosts are refused. */
export default defineTool<Input, Answer>({
  description: "Fetches a local URL (localhost only) and returns its status, content type and body.",
  network: true,
  async run({ url }) {
    const { hostname, protocol } = new URL(url);
    if (!localHosts.has(hostname)) throw new RangeError(`${hostname} is not this machine.`);
    if (protocol !== "http:" && protocol !== "https:") throw new RangeError(`${protocol} is not http.`);

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
