using System.Globalization;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost.Prometheus;

/// <summary>The data outlives the AppHost, and what was drawn before is not drawn twice after.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_restart_keeps_the_data_and_doubles_no_panel()
    {
        using var data = new TemporaryFolder();
        string[] args = [$"--Prometheus:DataPath={data.Path}"];
        Sample[] before;
        string then;
        await using (var first = await ObservedApp.StartAsync(args))
        {
            using var prometheus = first.CreateHttpClient("prometheus", "http");
            await ObservedApp.EveryServiceIsUpAsync(prometheus);
            before = await SettledAsync(prometheus);
            then = string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0:0.000}");
        }

        await using (var second = await ObservedApp.StartAsync(args))
        {
            using var prometheus = second.CreateHttpClient("prometheus", "http");
            await ObservedApp.EveryServiceIsUpAsync(prometheus);

            Assert.Equal(before, await SettledAsync(prometheus));
            Assert.Equal(3, (await prometheus.QueryAsync("up")).Length);
            Assert.Equal(before, await prometheus.QueryAsync($"sum by (instance) (runtime_workers @ {then}) > 0"));
        }

        // Both have a full pool in each executor; no other series stands beside it.
        static async Task<Sample[]> SettledAsync(HttpClient prometheus)
        {
            Sample[] found = [];
            await Eventually.True(
                async () => (found = await prometheus.QueryAsync("sum by (instance) (runtime_workers) > 0")).Length == 2
                    && (await prometheus.QueryAsync("sum(runtime_workers{state=\"starting\"})")).Single().Value == 0,
                "two executors' idle workers",
                TimeSpan.FromSeconds(30),
                () => string.Join('\n', (object[])found));
            return found;
        }
    }
}
