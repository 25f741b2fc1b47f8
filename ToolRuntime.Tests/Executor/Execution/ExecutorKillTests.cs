using System.Globalization;
using Grpc.Net.Client;
using ToolRuntime.Contracts.Executor.V1;
using ToolRuntime.Contracts.V1;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.Executor.Execution;

/// <summary>What an executor that is killed leaves behind.</summary>
public sealed class ExecutorKillTests
{
    private const int Calls = 20;

    // More than a worker uses until it waits for calls; in hundredths of a second, as /proc counts.
    private const long Spinning = 25;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("none")]
    [InlineData("landlock")]
    [InlineData("strict")]
    public async Task Tools_that_spin_end_with_an_executor_that_is_killed(string sandbox)
    {
        SandboxUnderTest.SkipUnlessAvailable(sandbox);
        using var folder = new TemporaryFolder();
        folder.Write("tools/spin.ts", "export default () => { for (;;) {} };");
        await using var executor = await ServiceProcess.StartAsync("ToolRuntime.Executor", new Dictionary<string, string>
        {
            ["Tools__Path"] = folder.File("tools"),
            ["Executor__CachePath"] = folder.File("cache"),
            ["Executor__ScratchPath"] = folder.File("scratch"),
            ["Executor__Sandbox"] = sandbox,
        });
        using var channel = GrpcChannel.ForAddress(executor.Grpc);
        var client = new ExecutorService.ExecutorServiceClient(channel);
        var calls = Enumerable.Range(0, Calls)
            .Select(_ => client.ExecuteAsync(new ExecuteToolRequest { ToolId = "spin" }, cancellationToken: Cancellation))
            .ToArray();
        await Eventually.True(
            () => ProcessTree.Of(executor.Id).Count(pid => CpuTicksOf(pid) >= Spinning) >= Calls,
            $"{Calls} tools that spin",
            TimeSpan.FromSeconds(40));
        var processes = ProcessTree.Of(executor.Id);
        Assert.True(processes.Count > Calls, "The pool's waiting workers are not among the processes.");

        executor.Signal(ServiceProcess.SIGKILL);

        try
        {
            await Eventually.True(() => !processes.Any(LiveProcess.Exists), "the end of every process", TimeSpan.FromSeconds(10));
        }
        finally
        {
            End(processes.Where(LiveProcess.Exists));
        }

        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => call.ResponseAsync);
        }
    }

    // What is left where the test fails would spin for ever.
    private static void End(IEnumerable<int> processes)
    {
        foreach (var id in processes)
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            process.Kill();
        }
    }

    private static long CpuTicksOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
