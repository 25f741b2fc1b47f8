using static Microsoft.Playwright.Assertions;

namespace ToolRuntime.Tests.Panels;

/// <summary>The page while what it shows comes and goes; with a Prometheus of its own, whose data has gaps afterwards.</summary>
public sealed class PanelsOutageTests(PanelsPage fixture) : IClassFixture<PanelsPage>, IAsyncLifetime
{
    // In milliseconds.
    private const float Patience = 30_000;

    public ValueTask InitializeAsync()
    {
        PanelsPage.SkipWhereItCannotRun();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_goes_on_by_itself()
    {
        await using var open = await fixture.OpenAsync("?refresh=5s");
        var down = open.Panel("Executors down").Locator(".stat-value");
        await Expect(down).ToHaveTextAsync("0");

        fixture.Prometheus.Exporter.Stop("executor-1");
        try
        {
            await Expect(down).ToHaveTextAsync("1", new() { Timeout = Patience });
        }
        finally
        {
            fixture.Prometheus.Exporter.Resume("executor-1");
        }

        await Expect(down).ToHaveTextAsync("0", new() { Timeout = Patience });
    }

    [Fact]
    public async Task Prometheus_gone_is_said_and_its_return_is_noticed()
    {
        await using var open = await fixture.OpenAsync("?refresh=5s");
        await open.WaitForAsync("Tool error rate", "ready");

        await fixture.Prometheus.StopAsync();
        try
        {
            await Expect(open.Banner).ToContainTextAsync("No answer from Prometheus");
            await Expect(open.Banner).ToContainTextAsync("cannot be reached");
            // What was drawn stays, and who comes now is told as well.
            await open.WaitForAsync("Tool error rate", "ready");
            await using var late = await fixture.OpenAsync("?refresh=");
            await Expect(late.Banner).ToContainTextAsync("No answer from Prometheus");
            await late.WaitForAsync("Tool error rate", "unreachable");

            await fixture.Prometheus.StartAgainAsync();
            await Expect(late.Banner).ToBeHiddenAsync();
            await late.WaitForAsync("Tool error rate", "ready");
        }
        finally
        {
            await fixture.Prometheus.StartAgainAsync();
        }

        await Expect(open.Banner).ToBeHiddenAsync();
        await open.WaitForAsync("Tool error rate", "ready");
    }

    [Fact]
    public async Task A_Prometheus_that_stands_still_is_said_and_waited_for()
    {
        await using var open = await fixture.OpenAsync("?refresh=5s");
        await open.WaitForAsync("Tool error rate", "ready");

        fixture.Prometheus.Freeze();
        try
        {
            await Expect(open.Banner).ToContainTextAsync("did not answer within 10 s", new() { Timeout = Patience });
        }
        finally
        {
            fixture.Prometheus.Thaw();
        }

        await Expect(open.Banner).ToBeHiddenAsync(new() { Timeout = Patience });
        await open.WaitForAsync("Tool error rate", "ready");
    }
}
