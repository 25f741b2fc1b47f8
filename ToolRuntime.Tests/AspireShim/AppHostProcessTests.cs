namespace ToolRuntime.Tests.AspireShim;

/// <summary>Whatever ends the AppHost ends everything that it started, and leaves nothing outside the clone.</summary>
public sealed class AppHostProcessTests : ShimTest
{
    private const string DashboardReady = "Login to the dashboard at http://localhost:";

    [Theory]
    [InlineData("TERM", 1)]
    [InlineData("INT", 3)]
    public async Task A_signal_ends_everything_within_ten_seconds(string signal, int times)
    {
        var home = Directory.CreateTempSubdirectory("toolruntime-home-");
        await using var appHost = AppHostProcess.Start(home.FullName);
        await appHost.WaitForLineAsync(DashboardReady, Deadline);
        Assert.NotEmpty(appHost.Descendants());

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        for (var i = 0; i < times; i++)
        {
            await appHost.SignalAsync(signal, limit.Token);
        }

        await appHost.WaitForExitAsync(limit.Token);
        await appHost.WaitUntilNothingIsLeftAsync(limit.Token);

        Assert.True(appHost.ExitCode == 0, appHost.Output);
        Assert.DoesNotContain("Exception", appHost.Output, StringComparison.Ordinal);
        Assert.Empty(home.EnumerateFileSystemInfos());
        home.Delete();
    }

    [Fact]
    public async Task A_signal_during_the_start_ends_everything_as_well()
    {
        var home = Directory.CreateTempSubdirectory("toolruntime-home-");
        await using var appHost = AppHostProcess.Start(home.FullName);
        await appHost.WaitForLineAsync("Distributed application starting", Deadline);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        await appHost.SignalAsync("TERM", limit.Token);
        await appHost.WaitForExitAsync(limit.Token);
        await appHost.WaitUntilNothingIsLeftAsync(limit.Token);
        home.Delete(recursive: true);
    }

    [Fact]
    public async Task After_sigkill_nothing_is_left_within_fifteen_seconds()
    {
        var home = Directory.CreateTempSubdirectory("toolruntime-home-");
        await using var appHost = AppHostProcess.Start(home.FullName);
        await appHost.WaitForLineAsync(DashboardReady, Deadline);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        limit.CancelAfter(TimeSpan.FromSeconds(15));
        await appHost.SignalAsync("KILL", limit.Token);
        await appHost.WaitForExitAsync(limit.Token);
        await appHost.WaitUntilNothingIsLeftAsync(limit.Token);
        home.Delete(recursive: true);
    }
}
