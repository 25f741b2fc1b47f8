import { readSync, writeSync } from "node:fs";

// A frame is a 4-byte little-endian length of what follows, a byte that says what it is, and a payload. The host's side
// is Workers/Frames. The descriptors are the runtime's own, so nothing a tool prints can get between.
const requests = 3;
const responses = 4;

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
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function writeFrame(kind: Kind, payload: Uint8Array = new Uint8Array()): void {
  const header = new Uint8Array(5);
  new DataView(header.buffer).setUint32(0, payload.length + 1, true);
  header[4] = kind;
  writeAll(header);
  writeAll(payload);
}

export function writeJson(kind: Kind, value: unknown): void {
  writeFrame(kind, encoder.encode(JSON.stringify(value)));
}

/** The next request's payload, or undefined once the host has closed its side. */
export function readRequest(): string | undefined {
  const header = readExactly(5);
  if (!header) return undefined;
  const length = new DataView(header.buffer).getUint32(0, true) - 1;
  const payload = readExactly(length);
  return payload && decoder.decode(payload);
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
