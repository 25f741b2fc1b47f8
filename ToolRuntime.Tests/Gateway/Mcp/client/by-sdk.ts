import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import type { ToolClient } from "./messages.ts";

/** The SDK that most hosts have: sessions. */
export async function connect(endpoint: URL, onToolsChanged: () => void): Promise<ToolClient> {
  const client = new Client({ name: "test", version: "1.0.0" });
  client.setNotificationHandler(ToolListChangedNotificationSchema, onToolsChanged);
  // The SDK's own types differ in what may be undefined.
  await client.connect(new StreamableHTTPClientTransport(endpoint) as Transport);
  return {
    list: async () => (await client.listTools()).tools,
    call: (name, input, signal, onprogress) =>
      client.callTool({ name, arguments: input }, undefined, { signal, onprogress }),
    close: () => client.close(),
  };
}
