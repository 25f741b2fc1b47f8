using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using ToolRuntime.Tests.Panels;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost;

/// <summary>The caller of the sample tools, by hand and by the dashboard's command.</summary>
public sealed class TrafficTests(RunningApp app) : AppTest(app)
{
    // What a person does who wants to see something: start the traffic, and look at the page.
    [Fact]
    public async Task It_waits_to_be_started_gives_every_panel_its_data_and_ends_cleanly_when_it_is_stopped()
    {
        Assert.SkipUnless(Chromium.IsInstalled, Chromium.HowToInstall);
        await App.App.ResourceNotifications.WaitForResourceAsync("traffic", KnownResourceStates.NotStarted, Cancellation);

        await CommandAsync(KnownResourceCommands.StartCommand);
        await App.LineAsync("traffic", "So far:", Cancellation);
        await EveryPanelDrawsAsync();
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

    private async Task EveryPanelDrawsAsync()
    {
        await App.App.ResourceNotifications.WaitForResourceHealthyAsync("panels", Cancellation);
        var address = App.App.GetEndpoint("panels", "http");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 3400 } });
        var open = new OpenPage(page);
        var empty = new List<string>();
        await Eventually.True(
            async () =>
            {
                // By itself it draws nothing anew, so that what is there can be read.
                await page.GotoAsync($"{address}?refresh=");
                empty.Clear();
                foreach (var (title, type) in OpenPage.Panels)
                {
                    await Assertions.Expect(open.Panel(title)).Not.ToHaveAttributeAsync("data-state", "loading");
                    if (await open.Panel(title).GetAttributeAsync("data-state") != "ready" || (await open.ReadAsync(title, type)).Count == 0)
                    {
                        empty.Add(title);
                    }
                }

                TestContext.Current.TestOutputHelper?.WriteLine($"Without data: {string.Join(", ", empty)}");
                return empty.Count == 0;
            },
            "data in every panel at once",
            TimeSpan.FromMinutes(2));
    }

    private async Task CommandAsync(string command)
    {
        var result = await App.App.ResourceCommands.ExecuteCommandAsync("traffic", command, Cancellation);
        Assert.True(result.Success, result.Message);
    }
}
