const paths =
  /^\/api\/v1\/(query|query_range|query_exemplars|labels|series|label\/[A-Za-z_][A-Za-z0-9_]*\/values)$/;
const parameters = new Set(["query", "time", "start", "end", "step", "match[]", "limit"]);

const limits = {
  /** Of the path with its parameters, in characters. */
  request: 8 * 1024,
  /** In milliseconds. */
  time: 10_000,
  /** In bytes. */
  answer: 16 * 1024 * 1024,
};

/** Passes on Prometheus' queries and nothing else of its API: what the page asks, and what reads only. */
export class PrometheusProxy {
  readonly #prometheus: URL | undefined;

  constructor(prometheus: URL | undefined) {
    this.#prometheus = prometheus;
  }

  /** @returns undefined where the path is none of Prometheus' queries. */
  async answer(request: Request): Promise<Response | undefined> {
    const { pathname, searchParams, search } = new URL(request.url);
    if (!paths.test(pathname)) return undefined;
    for (const name of searchParams.keys()) {
      if (!parameters.has(name)) return refuse(400, "bad_data", `The parameter ${name} is not passed on.`);
    }
    if (pathname.length + search.length > limits.request) {
      return refuse(414, "bad_data", `A query has at most ${limits.request} characters.`);
    }
    if (!this.#prometheus) {
      return refuse(503, "missing", "No Prometheus is configured: PROMETHEUS_URL is not set.");
    }

    const target = new URL(this.#prometheus);
    target.pathname = target.pathname.replace(/\/+$/, "") + pathname;
    target.search = search;
    const deadline = AbortSignal.timeout(limits.time);
    try {
      const response = await fetch(target, {
        headers: { accept: "application/json" },
        redirect: "manual",
        signal: AbortSignal.any([deadline, request.signal]),
      });
      if (!response.headers.get("content-type")?.startsWith("application/json")) {
        await response.body?.cancel();
        return refuse(502, "unavailable", `Prometheus answered ${response.status} without JSON.`);
      }
      const body = await readLimited(response);
      return body
        ? new Response(body, {
            status: response.status,
            headers: { "content-type": "application/json", "cache-control": "no-store" },
          })
        : refuse(502, "too_large", `Prometheus' answer is over ${limits.answer / 1024 / 1024} MB.`);
    } catch (thrown) {
      if (deadline.aborted) {
        return refuse(504, "timeout", `Prometheus did not answer within ${limits.time / 1000} s.`);
      }
      // The page that asked went away: nobody reads the answer.
      if (request.signal.aborted) return refuse(499, "canceled", "The page went away.");
      return refuse(502, "unavailable", `Prometheus cannot be reached: ${reason(thrown)}`);
    }
  }
}

async function readLimited(response: Response): Promise<Blob | undefined> {
  const chunks: BlobPart[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > limits.answer) return undefined;
    chunks.push(chunk as Uint8Array<ArrayBuffer>);
  }
  return new Blob(chunks);
}

/** In the form of Prometheus' own errors. */
function refuse(status: number, errorType: string, error: string): Response {
  return Response.json(
    { status: "error", errorType, error },
    { status, headers: { "cache-control": "no-store" } },
  );
}

function reason(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}
