// What people write first: a process for each call, JSON on stdin, JSON on stdout.
import echo from "../tools/echo.ts";

console.log(JSON.stringify(await echo(await Bun.stdin.json())));
