using System.Text;
using Microsoft.Extensions.Options;
using ToolRuntime.Executor;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Processes.Posix;
using ToolRuntime.Executor.Processes.Sandbox;
using ToolRuntime.Executor.Workers;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Processes;

/// <summary>Runs scripts in Bun as tools are run, with a folder that they may read, one to write, and one of neither.</summary>
internal sealed class SandboxedScript : IDisposable
{
    // What a script tries is the body of `attempt`; what came of it goes to the descriptor of responses.
    private const string Prelude = """
        import * as fs from "node:fs";
        import * as net from "node:net";
        import * as dgram from "node:dgram";
        import { spawn, spawnSync } from "node:child_process";
        const say = (text) => fs.writeSync(4, text);
        const done = (emitter, event) => new Promise((resolve, reject) => emitter.once(event, resolve).once("error", reject));
        const [tool, scratch, outside] = process.argv.slice(2);
        const attempt = async () => {
        //BODY
        };
        try { const seen = await attempt(); say(seen === undefined ? "allowed" : String(seen)); }
        catch (error) { say("refused " + (error.code ?? error.message)); }
        process.exit(0);
        """;

    private static readonly string Bun = new BunExecutable(Options.Create(new ExecutorOptions())).Path;

    private readonly SandboxMode _mode;
    private readonly TemporaryFolder _tool = new();
    private readonly TemporaryFolder _scratch = new();
    private readonly TemporaryFolder _outside = new();
    private int _started;

    public SandboxedScript(string mode)
    {
        SandboxUnderTest.SkipUnlessAvailable(mode);
        _mode = SandboxInForce.Choose(mode).Mode;
        _outside.Write("secret", "secret");
        _tool.Write("data", "data");
    }

    public string Outside => _outside.Path;

    public string Scratch => _scratch.Path;

    public string Readable { get; init; } = "";

    public bool Network { get; init; }

    public bool ChildProcesses { get; init; }

    public ProcessLimits? Limits { get; init; }

    public Task<IChildProcess> StartAsync(string body)
    {
        var script = _tool.Write($"script-{++_started}.ts", Prelude.Replace("//BODY", body, StringComparison.Ordinal));
        return new PosixProcessLauncher(_mode).StartAsync(new ProcessSpec(
            Bun,
            ["--no-orphans", "--no-install", "--no-env-file", "--config=/dev/null", script, _tool.Path, Scratch, Outside],
            WorkerCommand.Environment,
            Scratch,
            Limits,
            new SandboxRules(Readable.Length == 0 ? [_tool.Path] : [_tool.Path, Readable], [Scratch], Network, ChildProcesses)));
    }

    /// <summary>What the script said: <c>allowed</c>, <c>refused</c> with a reason, or what its body returned.</summary>
    public async Task<string> RunAsync(string body) => (await RunToEndAsync(body)).Said;

    public async Task<(string Said, ProcessExit Exit)> RunToEndAsync(string body)
    {
        using var process = await StartAsync(body);
        var error = ReadAsync(process.Error);
        var said = await ReadAsync(process.Responses);
        TestContext.Current.TestOutputHelper?.WriteLine($"{said}\n{await error}");
        return (said, await process.Exited.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        _tool.Dispose();
        _scratch.Dispose();
        _outside.Dispose();
    }

    private static Task<string> ReadAsync(Stream stream) =>
        new StreamReader(stream, Encoding.UTF8).ReadToEndAsync(TestContext.Current.CancellationToken);
}
