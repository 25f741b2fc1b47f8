import type { ForkRequest } from "./control.ts";
import { check, libc, ptr } from "./libc.ts";
import { EventLoop } from "./eventloop.ts";

const O_CLOEXEC = 0x80000;
const SIGKILL = 9n;
const PR_SET_PDEATHSIG = 1;
const PR_SET_SECCOMP = 22;
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_MODE_FILTER = 2n;
const SYS_landlock_restrict_self = 446;
const LINUX_CAPABILITY_VERSION_3 = 0x20080522;

/** What a process that was just forked does before anything else, so that it is a worker like one that was started. */
export class ForkedProcess {
  readonly #parent = libc.getpid();
  readonly #eventLoop = EventLoop.find();

  /** @throws where it could not be made so. It must then not go on. */
  become({ environment, limits, restrictions }: ForkRequest["fork"], descriptors: number[]): void {
    check(libc.setpgid(0, 0), "a process group");
    check(libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0n, 0n, 0n), "to end with the parent");
    if (libc.getppid() !== this.#parent) throw new Error("The parent has ended.");
    take(descriptors);
    this.#eventLoop.renew();
    Object.assign(process.env, environment);
    reseed();
    for (const { resource, soft, hard } of limits) {
      const limit = new BigUint64Array([BigInt(soft), BigInt(hard)]);
      check(libc.setrlimit(resource, ptr(limit)), "a limit");
    }
    const rules = descriptors[4];
    if (restrictions && rules !== undefined) restrict(restrictions, rules);
  }
}

/** The runtime's descriptors are not for what the tool starts; its output and error are. */
function take([requests = -1, responses = -1, output = -1, error = -1]: number[]): void {
  check(libc.dup3(output, 1, 0), "the output");
  check(libc.dup3(error, 2, 0), "the error output");
  check(libc.dup3(requests, 3, O_CLOEXEC), "the requests");
  check(libc.dup3(responses, 4, O_CLOEXEC), "the responses");
  for (const descriptor of [requests, responses, output, error]) libc.close(descriptor);
}

/** The engine's generator is as it was in the parent, and would give every fork the same numbers. */
function reseed(): void {
  // sfc32, by Chris Doty-Humphrey.
  const state = crypto.getRandomValues(new Uint32Array(4));
  const next = () => {
    const [a = 0, b = 0, c = 0, counter = 0] = state;
    const value = (a + b + counter) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + value;
    state[3] = counter + 1;
    return value >>> 0;
  };
  const { random } = {
    random() {
      return ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
    },
  };
  Object.defineProperty(Math, "random", { value: random, writable: true, configurable: true });
}

function restrict(
  { capabilities, filter }: NonNullable<ForkRequest["fork"]["restrictions"]>,
  rules: number,
): void {
  check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n), "to give up new privileges");
  check(Number(libc.syscall(SYS_landlock_restrict_self, rules, 0, 0)), "the Landlock rules");
  libc.close(rules);

  // struct __user_cap_header_struct; then effective, permitted, inheritable, each in two halves of 32 bits.
  const header = new Uint32Array([LINUX_CAPABILITY_VERSION_3, 0]);
  const sets = new Uint32Array([capabilities, capabilities, 0, 0, 0, 0]);
  check(libc.capset(ptr(header), ptr(sets)), "to give up capabilities");

  if (filter === "") return;
  const program = Buffer.from(filter, "base64");
  // struct sock_fprog: how many instructions of eight bytes, and where.
  const fprog = new BigUint64Array([BigInt(program.length / 8), BigInt(ptr(program))]);
  check(
    libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, BigInt(ptr(fprog)), 0n, 0n),
    "the system call filter",
  );
}
