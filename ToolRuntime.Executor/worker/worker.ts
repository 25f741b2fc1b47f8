// A worker: loads one module and serves calls of one of its tools, until the host closes the requests.
// usage: bun worker.ts tool|entrypoint <bundle> [<key>]     serves the module's tool, or the entrypoint's tool of that key
//        bun worker.ts describe-tool|describe-entrypoint <bundle>     says what the module exports
import { failureOf } from "./failure.ts";
import { Kind, readRequest, writeFrame, writeJson } from "./frames.ts";
import { defaultTool, entrypointTools, importModule, type ExportedTool } from "./module.ts";
import { captureConsole } from "./output.ts";
import type { Json, ToolFunction } from "./sdk.ts";

interface Request {
  executionId: string;
  toolId: string;
  input: Json;
  config: Json;
  environment: Record<string, string>;
  deadline: number;
  maxResultBytes: number;
}

const encoder = new TextEncoder();

async function load(mode: string, bundle: string): Promise<ExportedTool[]> {
  const module = await importModule(bundle);
  return mode.endsWith("entrypoint") ? entrypointTools(module) : defaultTool(module);
}

function answer(result: unknown, maxResultBytes: number): void {
  let json: string | undefined;
  try {
    json = JSON.stringify(result ?? null);
  } catch (thrown) {
    return writeJson(Kind.error, failureOf("parse", thrown));
  }
  if (json === undefined) {
    return writeJson(Kind.error, failureOf("parse", new TypeError(`JSON cannot hold a ${typeof result}.`)));
  }

  const bytes = encoder.encode(json);
  if (bytes.length > maxResultBytes) {
    const message = `The result has ${bytes.length} bytes; the limit is ${maxResultBytes}.`;
    return writeJson(Kind.error, { kind: "stdout", type: "OutputLimitExceeded", message, stack: "" });
  }
  writeFrame(Kind.result, bytes);
}

async function serve(run: ToolFunction): Promise<void> {
  for (let text = readRequest(); text !== undefined; text = readRequest()) {
    const request = JSON.parse(text) as Request;
    Object.assign(process.env, request.environment);
    const context = {
      executionId: request.executionId,
      toolId: request.toolId,
      deadline: new Date(request.deadline),
    };

    let result: unknown;
    try {
      result = await run(request.input, request.config, context);
    } catch (thrown) {
      writeJson(Kind.error, failureOf("wait", thrown));
      continue;
    }
    answer(result, request.maxResultBytes);
  }
}

const [mode = "", bundle = "", key = ""] = process.argv.slice(2);
captureConsole();

let tools: ExportedTool[];
try {
  tools = await load(mode, bundle);
  if (mode.startsWith("describe")) {
    writeJson(Kind.definition, {
      tools: tools.map(({ key, description, settings }) => ({ key, description, settings })),
    });
    process.exit(0);
  }
} catch (thrown) {
  writeJson(Kind.error, failureOf("start", thrown));
  process.exit(0);
}

const tool = tools.find((candidate) => candidate.key === key);
if (!tool) {
  writeJson(
    Kind.error,
    failureOf("start", new ReferenceError(`The module does not export the tool '${key}'.`)),
  );
  process.exit(0);
}
writeFrame(Kind.ready);
await serve(tool.run);
process.exit(0);
