import { dlopen } from "bun:ffi";

/** Blocking reads and writes of a descriptor, as the system has them: perhaps of a part only. */
export interface Descriptors {
  /** @returns how many bytes were read; 0 at the end. */
  read(descriptor: number, into: Uint8Array): number;
  /** @returns how many bytes were written. */
  write(descriptor: number, from: Uint8Array): number;
}

/** Node's way, for where the system's own is not at hand. It costs a millisecond of each start. */
const portable: Descriptors = {
  read: (descriptor, into) => fs().readSync(descriptor, into, 0, into.length, null),
  write: (descriptor, from) => fs().writeSync(descriptor, from, 0, from.length),
};

function fs(): typeof import("node:fs") {
  return require("node:fs") as typeof import("node:fs");
}

function native(): Descriptors {
  const transfer = { args: ["i32", "buffer", "u64"], returns: "i32" } as const;
  const { symbols } = dlopen("libc.so.6", { read: transfer, write: transfer });
  const or = (result: number, again: () => number) => (result >= 0 ? result : again());
  // Node's way retries what a signal interrupted, and throws what is an error.
  return {
    read: (descriptor, into) =>
      or(symbols.read(descriptor, into, into.length), () => portable.read(descriptor, into)),
    write: (descriptor, from) =>
      or(symbols.write(descriptor, from, from.length), () => portable.write(descriptor, from)),
  };
}

function choose(): Descriptors {
  if (process.platform !== "linux") return portable;
  try {
    return native();
  } catch {
    // Another libc, under another name.
    return portable;
  }
}

export const descriptors = choose();
