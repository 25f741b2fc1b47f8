using ToolRuntime.Executor;
using ToolRuntime.Executor.Processes.Posix.Sandbox;
using ToolRuntime.Executor.Processes.Sandbox;

namespace ToolRuntime.Tests.Executor.Processes;

public sealed class SandboxInForceTests
{
    [Fact]
    public void Landlock_is_the_default_where_the_kernel_has_it()
    {
        var sandbox = SandboxInForce.Choose("");

        Assert.Equal(Landlock.Abi > 0 ? SandboxMode.Landlock : SandboxMode.None, sandbox.Mode);
        Assert.Equal(Landlock.Abi, sandbox.LandlockAbi);
        Assert.Equal(Landlock.Abi > 0, sandbox.HoldsFiles);
    }

    [Fact]
    public void None_holds_nothing()
    {
        var sandbox = SandboxInForce.Choose("none");

        Assert.Equal("none", sandbox.ToString());
        Assert.False(sandbox.HoldsFiles || sandbox.HoldsTcp || sandbox.HoldsUdp || sandbox.HoldsSignals || sandbox.HoldsChildProcesses);
    }

    [Fact]
    public void A_name_that_is_no_sandbox_is_an_error_of_the_start()
    {
        var result = new SandboxSettingValidation().Validate(null, new ExecutorOptions { Sandbox = "loose" });

        Assert.True(result.Failed);
        Assert.Equal("Executor:Sandbox: \"loose\" is no sandbox: it is none, landlock, strict, or empty.", result.FailureMessage);
    }

    [Theory]
    [InlineData("/no/such/bwrap", "/no/such/bwrap")]
    [InlineData("/bin/false", "/bin/false")]
    [InlineData("", "no bwrap on PATH")]
    public void A_bubblewrap_that_does_not_work_is_told_with_the_reason(string path, string reason) =>
        Assert.Contains(reason, Bubblewrap.Try(path), StringComparison.Ordinal);
}
