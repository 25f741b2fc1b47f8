// A worker: told by frames which tool to load, then serves calls of it until the host closes the requests.
// usage: bun worker.ts     serves
//        bun worker.ts fork-server <bundle>     loads it, and forks itself for the host; each fork serves
//        bun worker.ts describe-tool|describe-entrypoint <bundle>     says what the module exports
import { CallContext, type CallInfo } from "./context.ts";
import { failureOf, type Failure } from "./failure.ts";
import { Kind, readFrame, writeFrame, writeJson } from "./frames.ts";
import { defaultTool, entrypointTools, importModule, type ExportedTool } from "./module.ts";
import { captureConsole } from "./output.ts";
import type { Json, ToolFunction } from "./sdk.ts";
import { checked, InputViolation, OutputViolation } from "./validation.ts";

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

async function importTools(bundle: string, isEntrypoint: boolean): Promise<ExportedTool[]> {
  const module = await importModule(bundle);
  return isEntrypoint ? entrypointTools(module) : defaultTool(module);
}

async function describe(bundle: string, isEntrypoint: boolean): Promise<void> {
  const { listSchema } = require("./json-schema.ts") as typeof import("./json-schema.ts");
  const tools = await importTools(bundle, isEntrypoint);
  const described = tools.map(async ({ key, description, settings, annotations, input, output }) => ({
    key,
    description,
    settings,
    annotations,
    input: input && (await listSchema(input, "input", bundle)),
    output: output && (await listSchema(output, "output", bundle)),
  }));
  writeJson(Kind.definition, { tools: await Promise.all(described) });
}

async function load({ bundle, isEntrypoint, key }: Load): Promise<ToolFunction> {
  const tools = await importTools(bundle, isEntrypoint);
  const tool = tools.find((candidate) => candidate.key === key);
  if (!tool) throw new ReferenceError(`The module does not export the tool '${key}'.`);
  return checked(tool);
}

/** @param kind what the answer is sent as */
async function call(run: ToolFunction, request: Request, kind: Kind = Kind.result): Promise<void> {
  const restore = setVariables(request.environment);
  const context = new CallContext(request);
  try {
    answer(kind, await run(request.input, request.config, context), request.maxResultBytes);
  } catch (thrown) {
    if (thrown instanceof InputViolation) writeJson(Kind.invalidInput, thrown);
    else fail(thrown instanceof OutputViolation ? "parse" : "wait", thrown);
  } finally {
    restore();
    context.endIfAborted();
  }
}

/** Gives a call its variables; a reused worker takes them back after it. */
function setVariables(environment: Record<string, string>): () => void {
  const names = Object.keys(environment);
  if (names.length === 0) return () => {};
  const before = names.map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function answer(kind: Kind, result: unknown, maxResultBytes: number): void {
  let json: string | undefined;
  try {
    json = JSON.stringify(result ?? null);
  } catch (thrown) {
    return fail("parse", thrown);
  }
  if (json === undefined) return fail("parse", new TypeError(`JSON cannot hold a ${typeof result}.`));

  // A string has no more bytes than three for each of its length.
  const length = json.length * 3 > maxResultBytes ? Buffer.byteLength(json) : 0;
  if (length > maxResultBytes) {
    const message = `The result has ${length} bytes; the limit is ${maxResultBytes}.`;
    return writeJson(Kind.error, { kind: "stdout", type: "OutputLimitExceeded", message, stack: "" });
  }
  writeFrame(kind, json);
}

function fail(kind: Failure["kind"], thrown: unknown): void {
  writeJson(Kind.error, failureOf(kind, thrown));
}

/** Says that it is ready by the answer to a call of its own, so that the first real one finds everything at hand. */
function rehearse(): Promise<void> {
  const request = JSON.parse(
    '{"executionId":"","toolId":"","deadline":0,"environment":{},"maxResultBytes":100,"input":"ready"}',
  ) as Request;
  return call((input) => input, request, Kind.ready);
}

async function serve(): Promise<void> {
  let run: ToolFunction | undefined;
  for (let frame = readFrame(); frame; frame = readFrame()) {
    if (frame.kind === Kind.load) {
      run = await load(JSON.parse(frame.text) as Load);
      await rehearse();
    } else if (run) {
      await call(run, JSON.parse(frame.text) as Request);
    }
  }
}

/** What is loaded and compiled here, every fork has: the engine's own loader, and what many tools import. */
async function serveForked(rehearsal: string): Promise<void> {
  const { serveForks } = require("./forks/server.ts") as typeof import("./forks/server.ts");
  for (const module of ["util", "path", "os", "fs/promises", "async_hooks"]) require(`node:${module}`);
  await load({ bundle: rehearsal, isEntrypoint: false, key: "" });
  await rehearse();
  Bun.gc(true);
  if (serveForks()) await serve();
}

/** They are meant for this process, and for no other that a tool starts. */
function hideEngineSettings(): void {
  for (const name in process.env) if (/^(BUN_JSC|MIMALLOC)_/.test(name)) delete process.env[name];
}

/** Where Bun itself is, of which this program is made. */
declare const BUN: string;

async function main(): Promise<void> {
  captureConsole();
  // What a tool starts by it is meant to be Bun, and not another worker.
  process.execPath = BUN;
  const [mode = "", bundle = ""] = process.argv.splice(2);
  hideEngineSettings();
  try {
    if (mode === "fork-server") await serveForked(bundle);
    else if (mode) await describe(bundle, mode === "describe-entrypoint");
    else await serve();
  } catch (thrown) {
    fail("start", thrown);
  }
  process.exit(0);
}

void main();
