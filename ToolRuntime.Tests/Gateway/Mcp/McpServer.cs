using ModelContextProtocol.Client;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Gateway.Mcp;

/// <summary>A gateway and one executor as processes of their own, with tools for MCP's clients.</summary>
public class McpServer : IAsyncLifetime
{
    /// <summary>The last revision of the protocol with sessions, and the first without.</summary>
    public const string Sessions = "2025-11-25";
    public const string NoSessions = "2026-07-28";

    public const int MaxListeners = 4;

    private static readonly (string File, string Source)[] Sources =
    [
        ("echo.ts", "export default (input) => input;"),
        ("text/shout.ts", """
            import { defineTool } from "@toolruntime/sdk";
            export default defineTool<{ text: string }>({
              description: "Says it louder.",
              run: ({ text }) => text.toUpperCase(),
            });
            """),
        ("broken.ts", "export default function ("),
        ("throw.ts", "export default () => { throw new RangeError('That is too far.'); };"),
        ("exit.ts", "export default () => process.exit(7);"),
        ("never.ts", """
            import { defineTool } from "@toolruntime/sdk";
            export default defineTool({ description: "Never ends.", timeoutMs: 300, run: () => Bun.sleep(60_000) });
            """),
        ("greet.ts", """
            import { defineTool } from "@toolruntime/sdk";
            import { z } from "zod";
            export default defineTool({
              description: "Greets.",
              annotations: { title: "Greeting", readOnly: true, openWorld: false },
              input: z.object({ name: z.string().min(2), times: z.int().min(1).default(1) }),
              output: z.object({ greeting: z.string() }),
              run: ({ name, times }) => ({ greeting: `Hello ${name}!`.repeat(times) }),
            });
            """),
        ("double.ts", """
            import { defineTool } from "@toolruntime/sdk";
            import { z } from "zod";
            export default defineTool({ description: "Doubles.", input: z.number(), output: z.number(), run: (number) => 2 * number });
            """),
        ("steps.ts", """
            export default async (input, config, { progress }) => {
              progress(0.25, "one");
              progress(0.25, "the same again");
              progress(0.5);
              progress(1, "done");
              await Bun.sleep(200);
              return "ready";
            };
            """),
        ("progress-spin.ts", """
            import { writeFileSync } from "node:fs";
            export default ({ name }, config, { progress }) => {
              writeFileSync(name, String(process.pid));
              progress(0.1);
              for (;;) {}
            };
            """),
        // Says where it runs, then goes on for ever.
        ("spin.ts", """
            import { renameSync, writeFileSync } from "node:fs";
            export default ({ name }) => {
              writeFileSync(`${name}.tmp`, String(process.pid));
              renameSync(`${name}.tmp`, name);
              for (;;) {}
            };
            """),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private ServiceProcess? _executor;
    private ServiceProcess? _gateway;

    internal ServiceProcess Gateway => _gateway!;

    internal Uri Endpoint => new(Gateway.Http, "/mcp");

    internal HttpClient Http => _http;

    /// <summary>The tools' root.</summary>
    protected virtual string Tools => _folder.File("tools");

    internal string File(string name) => _folder.File($"tools/{name}");

    public async ValueTask InitializeAsync()
    {
        foreach (var (file, source) in Sources)
        {
            _folder.Write($"tools/{file}", source);
        }

        _folder.LinkNodePackages();
        _executor = await ServiceProcess.StartAsync("ToolRuntime.Executor", new Dictionary<string, string>
        {
            ["Tools__Path"] = Tools,
            ["Executor__CachePath"] = _folder.File("cache"),
            ["Executor__ScratchPath"] = _folder.File("scratch"),
            // Its tools tell what they do by files beside them.
            ["Executor__Sandbox"] = "none",
        });
        _gateway = await ServiceProcess.StartAsync("ToolRuntime.Gateway", new Dictionary<string, string>
        {
            ["services__executor__grpc__0"] = _executor.Grpc.ToString(),
            ["Gateway__Mcp__MaxListeners"] = $"{MaxListeners}",
        });
        await Eventually.True(
            async () => (await _http.GetAsync(new Uri(Gateway.Http, "/health"))).IsSuccessStatusCode, "a healthy gateway");
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _http.Dispose();
        foreach (var process in new[] { _gateway, _executor }.OfType<ServiceProcess>())
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    internal async Task<McpClient> ConnectAsync(string version = Sessions) => await McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = Endpoint, TransportMode = HttpTransportMode.StreamableHttp }),
        new McpClientOptions { ProtocolVersion = version },
        cancellationToken: TestContext.Current.CancellationToken);
}
