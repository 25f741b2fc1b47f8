import { readSync, writeSync } from "node:fs";

// A frame is a 4-byte little-endian length of what follows, a byte that says what it is, and a payload. The host's side
// is Workers/Frames. The descriptors are the runtime's own, so nothing a tool prints can get between.
const requests = 3;
const responses = 4;
const smallPayload = 32 * 1024;

export const Kind = {
  /** Host to worker, JSON: run a call. */
  request: 1,
  /** Worker to host, empty: the module is loaded. */
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
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function writeFrame(kind: Kind, payload: Uint8Array = new Uint8Array()): void {
  // One write for what fits into the pipe at once: the host reads it whole, and never waits for the second half.
  const frame = new Uint8Array(5 + (payload.length <= smallPayload ? payload.length : 0));
  new DataView(frame.buffer).setUint32(0, payload.length + 1, true);
  frame[4] = kind;
  if (payload.length <= smallPayload) {
    frame.set(payload, 5);
    writeAll(frame);
  } else {
    writeAll(frame);
    writeAll(payload);
  }
}

export function writeJson(kind: Kind, value: unknown): void {
  writeFrame(kind, encoder.encode(JSON.stringify(value)));
}

export interface Frame {
  kind: number;
  text: string;
}

/** The next frame, or undefined once the host has closed its side. */
export function readFrame(): Frame | undefined {
  const header = readExactly(5);
  if (!header) return undefined;
  const length = new DataView(header.buffer).getUint32(0, true) - 1;
  const payload = readExactly(length);
  return payload && { kind: header[4] ?? 0, text: decoder.decode(payload) };
}

function readExactly(length: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const read = readSync(requests, bytes, at, length - at, null);
    if (read === 0) return undefined;
    at += read;
  }
  return bytes;
}

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(responses, bytes, at, bytes.length - at);
  }
}
