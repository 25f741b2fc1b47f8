import { dlopen, ptr } from "bun:ffi";

// What a process needs of Linux's C library to fork, and a forked one to become its own. The numbers are the same on
// every architecture that Bun runs on.

const { symbols } = dlopen("libc.so.6", {
  fork: { args: [], returns: "i32" },
  wait4: { args: ["i32", "ptr", "i32", "ptr"], returns: "i32" },
  getpid: { args: [], returns: "i32" },
  getppid: { args: [], returns: "i32" },
  setpgid: { args: ["i32", "i32"], returns: "i32" },
  recvmsg: { args: ["i32", "ptr", "i32"], returns: "i64" },
  send: { args: ["i32", "buffer", "u64", "i32"], returns: "i64" },
  close: { args: ["i32"], returns: "i32" },
  dup3: { args: ["i32", "i32", "i32"], returns: "i32" },
  epoll_create1: { args: ["i32"], returns: "i32" },
  epoll_ctl: { args: ["i32", "i32", "i32", "ptr"], returns: "i32" },
  eventfd: { args: ["u32", "i32"], returns: "i32" },
  madvise: { args: ["u64", "u64", "i32"], returns: "i32" },
  setrlimit: { args: ["i32", "ptr"], returns: "i32" },
  prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
  capset: { args: ["ptr", "ptr"], returns: "i32" },
  syscall: { args: ["i64", "i64", "i64", "i64"], returns: "i64" },
} as const);

export const libc = symbols;
export { ptr };

/** The result, unless the system refused. */
export function check(result: number, what: string): number {
  if (result < 0) throw new Error(`The system refused ${what}.`);
  return result;
}
