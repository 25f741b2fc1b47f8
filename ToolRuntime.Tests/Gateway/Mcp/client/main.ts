// An MCP client that does what it is told by lines of JSON, and tells what it saw in lines of JSON.
// usage: bun main.ts sdk|client <endpoint>     by @modelcontextprotocol/sdk, or by its successor
import { connect as connectByClient } from "./by-client.ts";
import { connect as connectBySdk } from "./by-sdk.ts";
import type { Command, Told } from "./messages.ts";

function tell(told: Told): void {
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

const [sdk = "", endpoint = ""] = process.argv.slice(2);
const connect = sdk === "sdk" ? connectBySdk : connectByClient;
const client = await connect(new URL(endpoint), () => tell({ event: "toolsChanged" }));
tell({ event: "connected" });

for await (const line of console) {
  const command = JSON.parse(line) as Command;
  try {
    if (command.do === "list") {
      tell({ event: "listed", tools: await client.list() });
    } else {
      const cancellation = new AbortController();
      const result = await client.call(command.tool, command.arguments, cancellation.signal, (progress) => {
        tell({ event: "progress", ...progress });
        if (command.cancelOnProgress) cancellation.abort();
      });
      tell({ event: "result", result });
    }
  } catch (thrown) {
    tell({ event: "thrown", message: String(thrown) });
  }
}
await client.close();
