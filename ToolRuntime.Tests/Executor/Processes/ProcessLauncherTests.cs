using ToolRuntime.Executor.Processes;
using ToolRuntime.Executor.Processes.Portable;
using ToolRuntime.Executor.Processes.Posix;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Processes;

public sealed class ProcessLauncherTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exit_code_and_a_signal_are_told_apart()
    {
        using var exited = await StartAsync(new PosixProcessLauncher(), "exit 137");
        using var killed = await StartAsync(new PosixProcessLauncher(), "kill -KILL $$");

        Assert.Equal((137, ""), Ending(await exited.Exited));
        Assert.Equal((137, "SIGKILL"), Ending(await killed.Exited));
    }

    [Fact]
    public async Task Many_children_at_once_are_reaped_each_with_its_own_status()
    {
        var launcher = new PosixProcessLauncher();
        var exits = await Task.WhenAll(Enumerable.Range(0, 120).Select(async i =>
        {
            using var process = await StartAsync(launcher, i % 3 == 0 ? "kill -TERM $$" : $"exit {i}");
            return (i, Exit: await process.Exited);
        }));

        Assert.All(exits, exit => Assert.Equal(exit.i % 3 == 0 ? (143, "SIGTERM") : (exit.i, ""), Ending(exit.Exit)));
    }

    [Fact]
    public async Task The_cpu_time_is_the_processes_own()
    {
        using var process = await StartAsync(new PosixProcessLauncher(), "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");

        Assert.InRange((await process.Exited).CpuTime, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_wide_pipe_takes_a_megabyte_that_nobody_reads_yet()
    {
        using var process = await StartAsync(new PosixProcessLauncher(), "exec sleep 60");
        process.Widen(process.Requests);

        await process.Requests.WriteAsync(new byte[1024 * 1024], Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        process.Kill();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_and_responses_have_descriptors_of_their_own(bool posix)
    {
        using var process = await StartAsync(Launcher(posix), "echo out; echo err >&2; read line <&3; echo got $line >&4; exit 5");
        await process.Requests.WriteAsync("ping\n"u8.ToArray(), Cancellation);

        Assert.Equal("got ping\n", await ReadAsync(process.Responses));
        var output = await ReadAsync(process.Output);
        var error = await ReadAsync(process.Error);
        Assert.Equal(posix ? ("out\n", "err\n") : ("", "out\nerr\n"), (output, error));
        Assert.Equal((5, ""), Ending(await process.Exited));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_inherited_but_what_is_given(bool posix)
    {
        using var process = await StartAsync(Launcher(posix), "env >&4; pwd >&4; ls /proc/$$/fd >&4");

        var lines = (await ReadAsync(process.Responses)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains("GIVEN=yes", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("DOTNET", StringComparison.Ordinal) || line.StartsWith("HOME=", StringComparison.Ordinal));
        Assert.Contains("/", lines);
        Assert.DoesNotContain(lines, line => int.TryParse(line, out var descriptor) && descriptor is > 4 and < 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_kill_ends_the_children_too(bool posix)
    {
        using var process = await StartAsync(Launcher(posix), "sleep 600 & echo $! >&4; wait");
        var line = new byte[20];
        var read = await process.Responses.ReadAsync(line, Cancellation);
        var child = int.Parse(System.Text.Encoding.ASCII.GetString(line, 0, read), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(LiveProcess.Exists(child));

        process.Kill();

        await process.Exited;
        await Eventually.True(() => !LiveProcess.Exists(child), "the child's end");
    }

    [Fact]
    public async Task What_a_process_leaves_behind_in_its_group_ends_with_it()
    {
        using var process = await StartAsync(new PosixProcessLauncher(), "sleep 600 & echo $! >&4");
        var child = int.Parse(await ReadFirstLineAsync(process.Responses), System.Globalization.CultureInfo.InvariantCulture);

        await process.Exited;

        await Eventually.True(() => !LiveProcess.Exists(child), "the child's end");
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_refused()
    {
        var spec = new ProcessSpec("/no/such/program", [], new Dictionary<string, string>(), "/");

        var exception = await Assert.ThrowsAsync<ProcessStartException>(() => new PosixProcessLauncher().StartAsync(spec));

        Assert.Contains("/no/such/program", exception.Message, StringComparison.Ordinal);
        Assert.Contains("No such file", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signals_after_the_end_reach_nobody()
    {
        using var process = await StartAsync(new PosixProcessLauncher(), "exit 0");
        await process.Exited;

        process.Terminate();
        process.Kill();

        Assert.Equal((0, ""), Ending(await process.Exited));
    }

    private static IProcessLauncher Launcher(bool posix) => posix ? new PosixProcessLauncher() : new PortableProcessLauncher();

    private static Task<IChildProcess> StartAsync(IProcessLauncher launcher, string script) =>
        launcher.StartAsync(new ProcessSpec(
            "/bin/sh", ["-c", script], new Dictionary<string, string> { ["GIVEN"] = "yes", ["PATH"] = "/usr/bin:/bin" }, "/"));

    private static (int Code, string Signal) Ending(ProcessExit exit) => (exit.Code, exit.Signal);

    private static Task<string> ReadAsync(Stream stream) => new StreamReader(stream).ReadToEndAsync(Cancellation);

    private static async Task<string> ReadFirstLineAsync(Stream stream) =>
        await new StreamReader(stream).ReadLineAsync(Cancellation) ?? "";
}
