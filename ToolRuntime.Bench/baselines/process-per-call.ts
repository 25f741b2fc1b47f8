// What a process for each call comes down to: a request on stdin, the tool that it names, its result on stdout.
interface Request {
  tool: string;
  input: unknown;
}

type Module = { default: (input: unknown) => unknown };

const { tool, input } = (await Bun.stdin.json()) as Request;
const module = (await import(tool)) as Module;
console.log(JSON.stringify(await module.default(input)));

export {};
