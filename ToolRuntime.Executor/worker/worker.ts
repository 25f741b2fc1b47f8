// A worker: told by frames which tool to load, then serves calls of it until the host closes the requests.
// usage: bun worker.ts     serves
//        bun worker.ts describe-tool|describe-entrypoint <bundle>     says what the module exports
import { CallContext, type CallInfo } from "./context.ts";
import { failureOf, type Failure } from "./failure.ts";
import { Kind, readFrame, writeFrame, writeJson } from "./frames.ts";
import { defaultTool, entrypointTools, importModule, type ExportedTool } from "./module.ts";
import { captureConsole } from "./output.ts";
import type { Json, ToolFunction } from "./sdk.ts";

interface Load {
  bundle: string;
  isEntrypoint: boolean;
  key: string;
}

interface Request extends CallInfo {
  input: Json;
  config: Json;
  environment: Record<string, string>;
  maxResultBytes: number;
}

const encoder = new TextEncoder();

async function importTools(bundle: string, isEntrypoint: boolean): Promise<ExportedTool[]> {
  const module = await importModule(bundle);
  return isEntrypoint ? entrypointTools(module) : defaultTool(module);
}

async function describe(bundle: string, isEntrypoint: boolean): Promise<void> {
  const tools = await importTools(bundle, isEntrypoint);
  writeJson(Kind.definition, {
    tools: tools.map(({ key, description, settings }) => ({ key, description, settings })),
  });
}

async function load({ bundle, isEntrypoint, key }: Load): Promise<ToolFunction> {
  const tools = await importTools(bundle, isEntrypoint);
  const tool = tools.find((candidate) => candidate.key === key);
  if (!tool) throw new ReferenceError(`The module does not export the tool '${key}'.`);
  return tool.run;
}

async function call(run: ToolFunction, request: Request): Promise<void> {
  const restore = setVariables(request.environment);
  const context = new CallContext(request);
  try {
    answer(await run(request.input, request.config, context), request.maxResultBytes);
  } catch (thrown) {
    fail("wait", thrown);
  } finally {
    restore();
    context.endIfAborted();
  }
}

/** Gives a call its variables; a reused worker takes them back after it. */
function setVariables(environment: Record<string, string>): () => void {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function answer(result: unknown, maxResultBytes: number): void {
  let json: string | undefined;
  try {
    json = JSON.stringify(result ?? null);
  } catch (thrown) {
    return fail("parse", thrown);
  }
  if (json === undefined) return fail("parse", new TypeError(`JSON cannot hold a ${typeof result}.`));

  const bytes = encoder.encode(json);
  if (bytes.length > maxResultBytes) {
    const message = `The result has ${bytes.length} bytes; the limit is ${maxResultBytes}.`;
    return writeJson(Kind.error, { kind: "stdout", type: "OutputLimitExceeded", message, stack: "" });
  }
  writeFrame(Kind.result, bytes);
}

function fail(kind: Failure["kind"], thrown: unknown): void {
  writeJson(Kind.error, failureOf(kind, thrown));
}

/** Goes the way of a call once, so that the first real one finds everything compiled and at hand. */
async function warmUp(): Promise<void> {
  const request = JSON.parse(
    '{"executionId":"","toolId":"","deadline":0,"environment":{},"maxResultBytes":0}',
  ) as Request;
  setVariables(request.environment)();
  const context = new CallContext(request);
  await ((input: Json) => input)(request.input);
  encoder.encode(JSON.stringify(context.executionId));
  context.endIfAborted();
}

async function serve(): Promise<void> {
  await warmUp();
  let run: ToolFunction | undefined;
  for (let frame = readFrame(); frame; frame = readFrame()) {
    if (frame.kind === Kind.load) {
      run = await load(JSON.parse(frame.text) as Load);
      writeFrame(Kind.ready);
    } else if (run) {
      await call(run, JSON.parse(frame.text) as Request);
    }
  }
}

captureConsole();
const [mode = "", bundle = ""] = process.argv.slice(2);
try {
  if (mode) await describe(bundle, mode === "describe-entrypoint");
  else await serve();
} catch (thrown) {
  fail("start", thrown);
}
process.exit(0);
