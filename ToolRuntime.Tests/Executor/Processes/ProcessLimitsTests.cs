using ToolRuntime.Executor.Processes;

namespace ToolRuntime.Tests.Executor.Processes;

public sealed class ProcessLimitsTests
{
    private const long Gigabyte = 1L << 30;

    private static readonly ProcessLimits Generous = new(TimeSpan.FromSeconds(30), 64 * Gigabyte, 256);

    [Theory]
    [InlineData("none")]
    [InlineData("landlock")]
    [InlineData("strict")]
    public async Task Cpu_time_past_its_limit_ends_a_process(string mode)
    {
        using var script = new SandboxedScript(mode) { Limits = Generous with { CpuTime = TimeSpan.FromMilliseconds(300) } };

        var (_, exit) = await script.RunToEndAsync("for (;;) {}");

        Assert.Equal("SIGXCPU", exit.Signal);
        Assert.InRange(exit.CpuTime, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1.5));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("landlock")]
    [InlineData("strict")]
    public async Task Cpu_time_past_its_limit_kills_a_process_that_catches_the_signal(string mode)
    {
        using var script = new SandboxedScript(mode) { Limits = Generous with { CpuTime = TimeSpan.FromMilliseconds(300) } };

        var (_, exit) = await script.RunToEndAsync("""process.on("SIGXCPU", () => {}); for (;;) {}""");

        Assert.Equal("SIGKILL", exit.Signal);
        Assert.InRange(exit.CpuTime, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("none", 64, true)]
    [InlineData("none", 1, false)]
    [InlineData("landlock", 1, false)]
    [InlineData("strict", 1, false)]
    public async Task Address_space_past_its_limit_is_refused(string mode, int gigabytes, bool allowed)
    {
        using var script = new SandboxedScript(mode) { Limits = Generous with { AddressSpaceBytes = gigabytes * Gigabyte } };

        var (said, exit) = await script.RunToEndAsync("say('started '); new Uint8Array(1_500_000_000)");

        Assert.StartsWith(allowed ? "started allowed" : "started refused", said, StringComparison.Ordinal);
        Assert.Equal(0, exit.Code);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("landlock")]
    public async Task Under_load_too_the_limit_comes_in_time(string mode)
    {
        using var script = new SandboxedScript(mode) { Limits = Generous with { AddressSpaceBytes = Gigabyte } };

        var said = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => script.RunAsync("")));

        Assert.All(said, answer => Assert.Equal("allowed", answer));
    }

    [Theory]
    [InlineData("none", 256, true)]
    [InlineData("none", 64, false)]
    [InlineData("landlock", 64, false)]
    [InlineData("strict", 64, false)]
    public async Task Open_files_past_their_limit_are_refused(string mode, int files, bool allowed)
    {
        using var script = new SandboxedScript(mode) { Limits = Generous with { OpenFiles = files } };

        var said = await script.RunAsync("for (let i = 0; i < 100; i++) fs.openSync(tool + '/data');");

        Assert.Equal(allowed ? "allowed" : "refused EMFILE", said);
    }

    [Fact]
    public async Task A_process_leaves_no_core_dump_and_cannot_raise_its_limits()
    {
        using var script = new SandboxedScript("none") { Limits = Generous };

        var limits = await script.RunAsync("""return fs.readFileSync("/proc/self/limits", "utf8")""");

        Assert.Matches(@"Max core file size +0 +0 ", limits);
        Assert.Matches(@"Max open files +256 +256 ", limits);
        Assert.Matches(@"Max cpu time +30 +31 ", limits);
    }
}
