import { check, libc, ptr } from "./libc.ts";

/** To have a process forked, whose descriptors come with it: requests, responses, output, error, and perhaps rules. */
export interface ForkRequest {
  fork: {
    /** Variables that the process has beside this one's. */
    environment: Record<string, string>;
    limits: ReadonlyArray<{ resource: number; soft: number; hard: number }>;
    /** What the process gives up for good; its Landlock rules are the fifth descriptor. */
    restrictions?: {
      /** The capabilities, of the first 32, that it keeps where it has them. */
      capabilities: number;
      /** A seccomp filter, in base64; empty where there is none. */
      filter: string;
    };
  };
}

/** To have the status of a process that has ended, upon which its id is free. */
export interface ReapRequest {
  reap: number;
}

export interface Message {
  request: ForkRequest | ReapRequest;
  descriptors: number[];
}

const control = 3;
const maxDescriptors = 8;
const MSG_CMSG_CLOEXEC = 0x40000000;
const decoder = new TextDecoder();

// struct msghdr with one struct iovec, and room for one struct cmsghdr with descriptors.
const payload = new Uint8Array(64 * 1024);
const ancillary = new DataView(new ArrayBuffer(16 + 4 * maxDescriptors));
const vector = new BigUint64Array([BigInt(ptr(payload)), BigInt(payload.length)]);
const header = new BigUint64Array(7);

/** The next message, or undefined once the host has closed its side. */
export function receive(): Message | undefined {
  header.set([0n, 0n, BigInt(ptr(vector)), 1n, BigInt(ptr(ancillary)), BigInt(ancillary.byteLength), 0n]);
  const length = check(Number(libc.recvmsg(control, ptr(header), MSG_CMSG_CLOEXEC)), "to receive a message");
  if (length === 0) return undefined;
  const request = JSON.parse(decoder.decode(payload.subarray(0, length))) as Message["request"];
  return { request, descriptors: receivedDescriptors() };
}

export function send(answer: unknown): void {
  const bytes = Buffer.from(JSON.stringify(answer));
  check(Number(libc.send(control, bytes, bytes.length, 0)), "to send a message");
}

function receivedDescriptors(): number[] {
  const descriptors: number[] = [];
  if (header[5] === 0n) return descriptors;
  const end = ancillary.getUint32(0, true);
  for (let at = 16; at < end; at += 4) descriptors.push(ancillary.getInt32(at, true));
  return descriptors;
}
