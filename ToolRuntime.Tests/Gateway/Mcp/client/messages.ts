export type Command =
  | { do: "list" }
  | { do: "call"; tool: string; arguments: Record<string, unknown>; cancelOnProgress: boolean };

export interface Progress {
  progress: number;
  total?: number | undefined;
  message?: string | undefined;
}

export type Told =
  | { event: "connected" | "toolsChanged" }
  | { event: "listed"; tools: unknown[] }
  | ({ event: "progress" } & Progress)
  | { event: "result"; result: unknown }
  | { event: "thrown"; message: string };

/** What the two SDKs have in common. */
export interface ToolClient {
  list(): Promise<unknown[]>;
  call(
    tool: string,
    input: Record<string, unknown>,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<unknown>;
  close(): Promise<void>;
}
