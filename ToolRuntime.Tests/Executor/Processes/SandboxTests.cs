using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Processes.Posix;
using ToolRuntime.Executor.Processes.Sandbox;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Processes;

/// <summary>Tries for real what the rules forbid, and that it is the sandbox which forbids it: without one it is allowed.</summary>
public sealed class SandboxTests
{
    private const string None = "none";
    private const string Landlock = "landlock";
    private const string Strict = "strict";

    /// <summary>Each mode, without and with the permission that a test is about, and whether the thing is then allowed.</summary>
    public static TheoryData<string, bool, bool> Permissions => new()
    {
        { None, false, true },
        { Landlock, false, false },
        { Landlock, true, true },
        { Strict, false, false },
        { Strict, true, true },
    };

    [Theory]
    [InlineData(None)]
    [InlineData(Landlock)]
    [InlineData(Strict)]
    public async Task What_a_tool_is_given_works(string mode)
    {
        using var script = new SandboxedScript(mode);

        var said = await script.RunAsync("""
            const file = scratch + "/folder/file";
            fs.mkdirSync(scratch + "/folder");
            fs.writeFileSync(file, fs.readFileSync(tool + "/data", "utf8"));
            fs.truncateSync(file, 2);
            fs.renameSync(file, scratch + "/moved");
            const answer = await Promise.resolve(fs.readdirSync(tool).includes("data") && crypto.randomUUID().length);
            const zone = new Date(0).toLocaleString("de", { timeZone: "Asia/Tokyo", hour: "2-digit" });
            process.memoryUsage(); new Worker("data:text/javascript,0").terminate(); (await import("node:os")).cpus();
            return [answer, fs.readFileSync(scratch + "/moved", "utf8"), zone, (await import("node:zlib")).gzipSync("x").length > 0];
            """);

        Assert.Equal("36,da,09 Uhr,true", said);
        Assert.Equal("da", await File.ReadAllTextAsync(Path.Combine(script.Scratch, "moved"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(None, true)]
    [InlineData(Landlock, false)]
    [InlineData(Strict, false)]
    public async Task Nothing_outside_can_be_read(string mode, bool allowed)
    {
        using var script = new SandboxedScript(mode);

        foreach (var path in new[] { "/etc/passwd", "/etc/shadow", $"{script.Outside}/secret" })
        {
            Assert.Equal(allowed, await script.RunAsync($"fs.readFileSync('{path}')") == "allowed");
        }

        foreach (var path in new[] { "/root", "/home", "/var", script.Outside })
        {
            var entries = await script.RunAsync($"return fs.readdirSync('{path}').length");
            Assert.Equal(allowed, !entries.StartsWith("refused", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(None, true)]
    [InlineData(Landlock, false)]
    [InlineData(Strict, false)]
    public async Task Nothing_outside_can_be_written(string mode, bool allowed)
    {
        using var script = new SandboxedScript(mode);

        await script.RunAsync("fs.writeFileSync(outside + '/new', '')");
        await script.RunAsync("fs.writeFileSync(tool + '/new', '')");
        await script.RunAsync("fs.appendFileSync(tool + '/data', 'more')");
        await script.RunAsync("fs.truncateSync(tool + '/data')");
        await script.RunAsync("fs.renameSync(scratch + '/x', tool + '/data')");
        var data = await script.RunAsync("return fs.existsSync(tool + '/new') + ' ' + fs.readFileSync(tool + '/data', 'utf8')");

        Assert.Equal(allowed, File.Exists(Path.Combine(script.Outside, "new")));
        Assert.Equal(allowed ? "true " : "false data", data);
    }

    [Theory]
    [MemberData(nameof(Permissions))]
    public async Task Tcp_is_refused_unless_the_network_is_allowed(string mode, bool network, bool allowed)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var script = new SandboxedScript(mode) { Network = network };

        var connected = await script.RunAsync($"await done(net.connect({Port(server.LocalEndpoint)}, '127.0.0.1'), 'connect'); return 'allowed'");
        var listened = await script.RunAsync(
            $"await done(net.createServer().listen({Free.Port()}, '127.0.0.1'), 'listening'); return 'allowed'");

        Assert.Equal(allowed, connected == "allowed");
        Assert.Equal(allowed, listened == "allowed");
    }

    [Theory]
    [MemberData(nameof(Permissions))]
    public async Task Udp_is_refused_unless_the_network_is_allowed(string mode, bool network, bool allowed)
    {
        Assert.SkipUnless(allowed || SandboxInForce.Choose(mode).HoldsUdp, "UDP is not held here.");
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var script = new SandboxedScript(mode) { Network = network };

        await script.RunAsync($$"""
            const socket = dgram.createSocket("udp4");
            await new Promise((resolve) => { socket.once("error", resolve); setTimeout(resolve, 1000); socket.send("here", {{Port(receiver.Client.LocalEndPoint!)}}, "127.0.0.1", resolve); });
            """);

        Assert.Equal(allowed, receiver.Available > 0);
    }

    [Theory]
    [InlineData(None, true)]
    [InlineData(Landlock, false)]
    [InlineData(Strict, false)]
    public async Task Other_processes_cannot_be_signaled(string mode, bool allowed)
    {
        using var script = new SandboxedScript(mode);
        using var other = await StartSleepAsync();

        Assert.Equal(allowed, await script.RunAsync($"process.kill({Environment.ProcessId}, 0)") == "allowed");
        Assert.Equal(allowed, await script.RunAsync($"process.kill({other.Id}, 'SIGKILL')") == "allowed");

        if (!allowed)
        {
            Assert.True(LiveProcess.Exists(other.Id));
            other.Kill();
        }

        await other.Exited.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(None, true)]
    [InlineData(Landlock, false)]
    [InlineData(Strict, false)]
    public async Task The_executors_own_entry_in_proc_cannot_be_read(string mode, bool allowed)
    {
        using var script = new SandboxedScript(mode);

        foreach (var file in new[] { "environ", "maps", "auxv", "cwd/." })
        {
            var read = await ReadsAsync(script, $"/proc/{Environment.ProcessId}/{file}");
            Assert.True(allowed == read, file);
        }

        Assert.Equal(allowed, await ReadsAsync(script, $"/proc/{Environment.ProcessId}/fd"));
        Assert.Equal(mode != Strict, await ReadsAsync(script, $"/proc/{Environment.ProcessId}/cmdline"));
        Assert.True(await ReadsAsync(script, "/proc/self/environ"));
    }

    [Theory]
    [MemberData(nameof(Permissions))]
    public async Task Other_programs_cannot_be_run_unless_child_processes_are_allowed(string mode, bool childProcesses, bool allowed)
    {
        using var script = new SandboxedScript(mode) { ChildProcesses = childProcesses };

        var said = await script.RunAsync("""
            const { error, stdout } = spawnSync("/bin/sh", ["-c", "echo from a shell"], { encoding: "utf8" });
            if (error) throw error;
            return stdout;
            """);

        Assert.Equal(allowed, said == "from a shell\n");
    }

    [Theory]
    [MemberData(nameof(Permissions))]
    public async Task Bun_cannot_be_run_again_unless_child_processes_are_allowed(string mode, bool childProcesses, bool allowed)
    {
        Assert.SkipUnless(allowed || SandboxInForce.Choose(mode).HoldsChildProcesses, "Child processes are not held here.");
        using var script = new SandboxedScript(mode) { ChildProcesses = childProcesses };

        var said = await script.RunAsync("""
            const child = Bun.spawnSync([process.execPath, "-e", "console.log('from another Bun')"]);
            return child.stdout.toString();
            """);

        Assert.Equal(allowed, said == "from another Bun\n");
    }

    [Theory]
    [InlineData(None, true)]
    [InlineData(Landlock, false)]
    [InlineData(Strict, false)]
    public async Task A_socket_with_a_path_cannot_be_reached(string mode, bool allowed)
    {
        Assert.SkipUnless(allowed || SandboxInForce.Choose(mode).HoldsUdp, "Sockets with a path are not held here.");
        using var script = new SandboxedScript(mode);
        var path = Path.Combine(script.Outside, "socket");
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        server.Bind(new UnixDomainSocketEndPoint(path));
        server.Listen();

        var said = await script.RunAsync($"await done(net.connect('{path}'), 'connect'); return 'allowed'");

        Assert.Equal(allowed, said == "allowed");
    }

    [Theory]
    [InlineData(None, false)]
    [InlineData(Landlock, false)]
    [InlineData(Strict, true)]
    public async Task What_leaves_the_process_group_ends_in_strict(string mode, bool ended)
    {
        using var script = new SandboxedScript(mode) { ChildProcesses = true };
        var marker = $"{600 + Random.Shared.NextDouble()}";

        var (said, _) = await script.RunToEndAsync($"""
            const shell = spawn("/usr/bin/setsid", ["/bin/sleep", "{marker}"], {"{ detached: true, stdio: 'ignore' }"});
            await new Promise((resolve) => setTimeout(resolve, 300));
            shell.unref();
            """);

        Assert.Equal("allowed", said);
        if (ended)
        {
            await Eventually.True(() => Sleeping(marker) is null, "the stray's end");
        }
        else
        {
            var stray = Sleeping(marker);
            Assert.NotNull(stray);
            System.Diagnostics.Process.GetProcessById(stray.Value).Kill();
        }
    }

    [Theory]
    [InlineData(None)]
    [InlineData(Landlock)]
    [InlineData(Strict)]
    public async Task An_exit_code_and_a_signal_are_told_apart(string mode)
    {
        using var script = new SandboxedScript(mode);

        var (_, exited) = await script.RunToEndAsync("process.exit(137)");
        var (_, killed) = await script.RunToEndAsync("process.kill(process.pid, 'SIGKILL'); await new Promise(() => setTimeout(() => {}, 60000))");

        Assert.Equal((137, ""), (exited.Code, exited.Signal));
        Assert.Equal((137, "SIGKILL"), (killed.Code, killed.Signal));
        Assert.InRange(exited.CpuTime, TimeSpan.FromMilliseconds(2), TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(None)]
    [InlineData(Landlock)]
    [InlineData(Strict)]
    public async Task A_process_can_be_asked_to_end_and_be_killed(string mode)
    {
        using var script = new SandboxedScript(mode);
        const string Wait = "say('up\\n'); await new Promise(() => setInterval(() => {}, 1000))";
        using var asked = await script.StartAsync("process.on('SIGTERM', () => { say('asked'); process.exit(7); });" + Wait);
        using var killed = await script.StartAsync(Wait);
        using var said = new StreamReader(asked.Responses);
        using var killedSaid = new StreamReader(killed.Responses);
        Assert.Equal("up", await said.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal("up", await killedSaid.ReadLineAsync(TestContext.Current.CancellationToken));

        asked.Terminate();
        killed.Kill();

        Assert.Equal("asked", await said.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(7, (await asked.Exited).Code);
        Assert.Equal("SIGKILL", (await killed.Exited).Signal);
    }

    [Theory]
    [InlineData(Landlock)]
    [InlineData(Strict)]
    public async Task A_path_that_does_not_exist_cannot_be_allowed(string mode)
    {
        using var script = new SandboxedScript(mode) { Readable = "/no/such/folder" };

        var exception = await Assert.ThrowsAsync<ProcessStartException>(() => script.StartAsync(""));

        Assert.Contains("/no/such/folder", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_executor_itself_stays_unrestricted()
    {
        using var script = new SandboxedScript(Landlock);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => script.RunAsync("")));

        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            var status = await File.ReadAllTextAsync($"{thread}/status", TestContext.Current.CancellationToken);
            Assert.True(status.Contains("NoNewPrivs:\t0") || status.Contains("Name:\ttool process\n"), status);
        }
    }

    private static async Task<bool> ReadsAsync(SandboxedScript script, string path) =>
        await script.RunAsync($"try {{ fs.readFileSync('{path}') }} catch (e) {{ if (e.code !== 'EISDIR') throw e; fs.readdirSync('{path}'); }}")
            == "allowed";

    private static int? Sleeping(string marker) => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
        .Where(id => id > 0 && LiveProcess.Exists(id))
        .Select(id => (int?)id)
        .FirstOrDefault(id => CommandLine(id!.Value).StartsWith($"/bin/sleep\0{marker}", StringComparison.Ordinal));

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static Task<IChildProcess> StartSleepAsync() => new PosixProcessLauncher().StartAsync(
        new ProcessSpec("/bin/sleep", ["600"], new Dictionary<string, string>(), "/"));

    private static string Port(EndPoint endpoint) => ((IPEndPoint)endpoint).Port.ToString(CultureInfo.InvariantCulture);
}
