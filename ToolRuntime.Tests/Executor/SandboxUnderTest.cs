using ToolRuntime.Executor.Processes.Posix.Sandbox;

namespace ToolRuntime.Tests.Executor;

/// <summary>The sandboxes that this system has.</summary>
internal static class SandboxUnderTest
{
    public static void SkipUnlessAvailable(string mode)
    {
        Assert.SkipWhen(mode == "strict" && Bubblewrap.Unavailable is not null, $"bubblewrap: {Bubblewrap.Unavailable}");
        Assert.SkipWhen(mode == "landlock" && Landlock.Abi == 0, "The kernel has no Landlock.");
    }
}
