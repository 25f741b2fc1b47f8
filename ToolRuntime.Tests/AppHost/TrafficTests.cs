using System.Diagnostics;
using System.Globalization;

namespace ToolRuntime.Tests.AppHost;

/// <summary>The caller of the sample tools, by hand and by the dashboard's command.</summary>
public sealed class TrafficTests(RunningApp app) : AppTest(app)
{
    [Fact]
    public async Task It_waits_to_be_started_and_ends_cleanly_when_it_is_stopped()
    {
        await App.App.ResourceNotifications.WaitForResourceAsync("traffic", KnownResourceStates.NotStarted, Cancellation);

        await CommandAsync(KnownResourceCommands.StartCommand);
        await App.LineAsync("traffic", "So far:", Cancellation);
        await CommandAsync(KnownResourceCommands.StopCommand);

        await App.LineAsync("traffic", "Ended with:", Cancellation);
    }

    [Fact]
    public async Task Its_mix_has_every_kind_of_end_and_it_ends_by_itself()
    {
        var bench = AppContext.BaseDirectory.Replace("ToolRuntime.Tests", "ToolRuntime.Bench", StringComparison.Ordinal);
        using var traffic = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(bench, "ToolRuntime.Bench.dll"), "traffic",
                $"--Traffic:Gateway={App.App.GetEndpoint("gateway", "grpc")}",
                "--Traffic:Rate=25", "--Traffic:Burst=10", "--Traffic:BurstInterval=00:00:01", "--Traffic:Duration=00:00:06",
            ])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await traffic.StandardOutput.ReadToEndAsync(Cancellation);
        await traffic.WaitForExitAsync(Cancellation);

        Assert.Equal(0, traffic.ExitCode);
        var ended = output.Split('\n').Single(line => line.Contains("Ended with:", StringComparison.Ordinal));
        Assert.All((string[])["Success", "Error", "Timeout", "Cancelled", "NotFound"], kind => Assert.Contains(kind, ended, StringComparison.Ordinal));
        Assert.InRange(
            ended.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
                .Sum(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var calls) ? calls : 0),
            1,
            (25 * 6) + (10 * 6));
    }

    private async Task CommandAsync(string command)
    {
        var result = await App.App.ResourceCommands.ExecuteCommandAsync("traffic", command, Cancellation);
        Assert.True(result.Success, result.Message);
    }
}
