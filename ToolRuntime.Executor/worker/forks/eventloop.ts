import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { check, libc, ptr } from "./libc.ts";

const EPOLL_CTL_ADD = 1;
const O_CLOEXEC = 0x80000;
const EFD_NONBLOCK = 0x800;

/**
 * The descriptors that Bun's event loop is made of: an epoll instance, and the eventfd that wakes it. A fork shares them
 * with the process that it comes from, so that each would take the other's events; it makes its own of the same numbers.
 */
export class EventLoop {
  readonly #epoll: number;
  readonly #wakeup: number;
  readonly #event: Uint8Array;

  private constructor(epoll: number, wakeup: number, event: Uint8Array) {
    this.#epoll = epoll;
    this.#wakeup = wakeup;
    this.#event = event;
  }

  /** @throws where it is not made as this knows it: then nothing may be forked. */
  static find(): EventLoop {
    const epoll = only("[eventpoll]");
    const wakeup = only("[eventfd]");
    const watched = readFileSync(`/proc/self/fdinfo/${epoll}`, "utf8").match(/^tfd:.*$/gm) ?? [];
    const [, descriptor, events, data] =
      /^tfd:\s*(\d+) events:\s*([0-9a-f]+) data:\s*([0-9a-f]+)/.exec(watched[0] ?? "") ?? [];
    if (watched.length !== 1 || Number(descriptor) !== wakeup) {
      throw new Error(`The event loop watches what is not known: ${watched.join("; ")}`);
    }
    // struct epoll_event is packed on x64, and only there.
    const at = process.arch === "x64" ? 4 : 8;
    const event = new DataView(new ArrayBuffer(at + 8));
    event.setUint32(0, parseInt(events ?? "", 16), true);
    event.setBigUint64(at, BigInt(`0x${data}`), true);
    return new EventLoop(epoll, wakeup, new Uint8Array(event.buffer));
  }

  renew(): void {
    replace(this.#epoll, libc.epoll_create1(O_CLOEXEC));
    replace(this.#wakeup, libc.eventfd(0, O_CLOEXEC | EFD_NONBLOCK));
    check(
      libc.epoll_ctl(this.#epoll, EPOLL_CTL_ADD, this.#wakeup, ptr(this.#event)),
      "to watch the event loop",
    );
  }
}

function replace(descriptor: number, by: number): void {
  check(libc.dup3(check(by, "a descriptor"), descriptor, O_CLOEXEC), "to replace a descriptor");
  libc.close(by);
}

function only(kind: string): number {
  const found = readdirSync("/proc/self/fd").filter((name) => targetOf(name).endsWith(kind));
  if (found.length !== 1) throw new Error(`There are ${found.length} descriptors of the kind ${kind}.`);
  return Number(found[0]);
}

function targetOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // That of the listing itself.
    return "";
  }
}
