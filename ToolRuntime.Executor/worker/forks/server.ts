import { readFileSync, statSync } from "node:fs";
import { ForkedProcess } from "./child.ts";
import { receive, send, type ForkRequest } from "./control.ts";
import { check, libc, ptr } from "./libc.ts";

const MADV_DOFORK = 11;

/**
 * Forks this process, which has loaded and run all that a worker needs but no tool, for whoever asks on descriptor 3; that
 * takes a fraction of what it takes to start Bun. It returns in each forked process, which then is a worker, and in this
 * one when the host has closed its side.
 * @returns whether this is a forked process
 * @throws where a forked process could not be made a worker.
 */
export function serveForks(): boolean {
  let forked: ForkedProcess;
  try {
    forked = prepare();
  } catch (thrown) {
    send({ refused: String(thrown) });
    return false;
  }
  send({ ready: libc.getpid() });
  for (let message = receive(); message; message = receive()) {
    const { request, descriptors } = message;
    if ("reap" in request) {
      send(reap(request.reap));
    } else if (fork(request, descriptors, forked)) {
      return true;
    }
  }
  return false;
}

/** @throws where this process cannot be forked. */
function prepare(): ForkedProcess {
  shareGeneratedCode();
  checkThreads();
  return new ForkedProcess();
}

/** A fork has the calling thread only: a lock that another held would never be free in it. */
function checkThreads(): void {
  const threads = statSync("/proc/self/task").nlink - 2;
  if (threads !== 1) throw new Error(`There are ${threads} threads where one is due.`);
}

/** The engine keeps the memory of its generated code from forks, which would crash at the first call of it. */
function shareGeneratedCode(): void {
  for (const [, from, to] of readFileSync("/proc/self/maps", "utf8").matchAll(
    /^([0-9a-f]+)-([0-9a-f]+) rwxp/gm,
  )) {
    const start = BigInt(`0x${from}`);
    check(libc.madvise(start, BigInt(`0x${to}`) - start, MADV_DOFORK), "to share generated code");
  }
}

/** @returns whether this is the forked process */
function fork({ fork }: ForkRequest, descriptors: number[], forked: ForkedProcess): boolean {
  checkThreads();
  const pid = libc.fork();
  if (pid === 0) {
    forked.become(fork, descriptors);
    return true;
  }
  // By both, since either may be the first to need it.
  libc.setpgid(pid, pid);
  for (const descriptor of descriptors) libc.close(descriptor);
  send({ forked: pid });
  return false;
}

function reap(pid: number): { status: number; cpuMicroseconds: number } {
  const status = new Int32Array(1);
  // struct rusage begins with seconds and microseconds, user then system.
  const usage = new BigInt64Array(18);
  check(libc.wait4(pid, ptr(status), 0, ptr(usage)), "to reap a process");
  const [userSeconds = 0n, user = 0n, systemSeconds = 0n, system = 0n] = usage;
  return {
    status: status[0] ?? 0,
    cpuMicroseconds: Number((userSeconds + systemSeconds) * 1_000_000n + user + system),
  };
}
