import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { ToolClient } from "./messages.ts";

/** The SDK of the revision of 2026-07-28: no sessions. */
export async function connect(endpoint: URL, onToolsChanged: () => void): Promise<ToolClient> {
  const client = new Client(
    { name: "test", version: "1.0.0" },
    {
      versionNegotiation: { mode: { pin: "2026-07-28" } },
      listChanged: { tools: { autoRefresh: false, onChanged: onToolsChanged } },
    },
  );
  await client.connect(new StreamableHTTPClientTransport(endpoint));
  return {
    list: async () => (await client.listTools()).tools,
    call: (name, input, signal, onprogress) =>
      client.callTool({ name, arguments: input }, { signal, onprogress }),
    close: () => client.close(),
  };
}
