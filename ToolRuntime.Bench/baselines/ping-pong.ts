// The limit of what a pipe gives: as many bytes back as came, without a look at them.
import { readSync, writeSync } from "node:fs";

const buffer = new Uint8Array(64 * 1024);
for (let read; (read = readSync(0, buffer)) > 0;) writeSync(1, buffer, 0, read);
