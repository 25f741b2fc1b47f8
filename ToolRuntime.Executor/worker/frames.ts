import { descriptors } from "./descriptors.ts";

// A frame is a 4-byte little-endian length of what follows, a byte that says what it is, and a payload. The host's side
// is Workers/Frames. The descriptors are the runtime's own, so nothing a tool prints can get between.
const requests = 3;
const responses = 4;
const headerSize = 5;

export const Kind = {
  /** Host to worker, JSON: run a call. */
  request: 1,
  /** Worker to host: the module is loaded. */
  ready: 2,
  /** Worker to host, JSON: something was printed. */
  log: 3,
  /** Worker to host: the result's JSON itself. */
  result: 4,
  /** Worker to host, JSON: the call, or the loading, failed. */
  error: 5,
  /** Worker to host, JSON: what a module exports. */
  definition: 6,
  /** Host to worker, JSON: load a tool. */
  load: 7,
  /** Worker to host, JSON: how far a run is. */
  progress: 8,
  /** Worker to host, JSON: a span of the tool's own began. */
  spanStart: 9,
  /** Worker to host, JSON: a span of the tool's own ended. */
  spanEnd: 10,
  /** Worker to host, JSON: the input is not as the tool's schema has it. */
  invalidInput: 11,
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// What fits in here is read, and written, at once: the other side wakes up once.
const input = new Uint8Array(64 * 1024);
const inputView = new DataView(input.buffer);
const output = new Uint8Array(64 * 1024);
const outputView = new DataView(output.buffer);
let start = 0;
let end = 0;

/** @param text the payload */
export function writeFrame(kind: Kind, text: string): void {
  // UTF-8 has at most three bytes for what is one in a string's length.
  if (headerSize + text.length * 3 <= output.length) {
    const { written } = encoder.encodeInto(text, output.subarray(headerSize));
    writeHeader(kind, written);
    writeAll(output.subarray(0, headerSize + written));
  } else {
    const payload = encoder.encode(text);
    writeHeader(kind, payload.length);
    writeAll(output.subarray(0, headerSize));
    writeAll(payload);
  }
}

export function writeJson(kind: Kind, value: unknown): void {
  writeFrame(kind, JSON.stringify(value));
}

export interface Frame {
  kind: number;
  text: string;
}

/** The next frame, or undefined once the host has closed its side. */
export function readFrame(): Frame | undefined {
  if (!fill(headerSize)) return undefined;
  const length = inputView.getUint32(start, true) - 1;
  const kind = input[start + 4] ?? 0;
  start += headerSize;
  const text = readText(length);
  return text === undefined ? undefined : { kind, text };
}

function readText(length: number): string | undefined {
  if (length <= input.length) {
    if (!fill(length)) return undefined;
    start += length;
    return decoder.decode(input.subarray(start - length, start));
  }

  const payload = new Uint8Array(length);
  payload.set(input.subarray(start, end));
  let at = end - start;
  start = end = 0;
  while (at < length) {
    const read = descriptors.read(requests, payload.subarray(at));
    if (read === 0) return undefined;
    at += read;
  }
  return decoder.decode(payload);
}

/** Reads on until so many bytes are at hand; false at the end. */
function fill(needed: number): boolean {
  if (start === end) start = end = 0;
  if (start + needed > input.length) {
    input.copyWithin(0, start, end);
    end -= start;
    start = 0;
  }
  while (end - start < needed) {
    const read = descriptors.read(requests, end === 0 ? input : input.subarray(end));
    if (read === 0) return false;
    end += read;
  }
  return true;
}

function writeHeader(kind: Kind, length: number): void {
  outputView.setUint32(0, length + 1, true);
  output[4] = kind;
}

function writeAll(bytes: Uint8Array): void {
  for (let left = bytes; left.length > 0;) {
    left = left.subarray(descriptors.write(responses, left));
  }
}
