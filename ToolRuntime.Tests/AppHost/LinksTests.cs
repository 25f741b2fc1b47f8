
namespace ToolRuntime.Tests.AppHost;

/// <summary>Each resource's links have names, and lead somewhere.</summary>
public sealed class LinksTests(RunningApp app) : AppTest(app)
{
    [Theory]
    [InlineData("gateway", "Tools (REST)", "/v1/tools")]
    [InlineData("gateway", "Health", "/health")]
    [InlineData("executor-0", "Metrics", "/metrics")]
    [InlineData("executor-0", "Health", "/health")]
    [InlineData("prometheus", "Targets", "/classic/targets")]
    [InlineData("prometheus", "Alerts", "/classic/alerts")]
    [InlineData("panels", "Panels", "/")]
    public async Task It_is_named_and_answers(string resource, string name, string path)
    {
        await App.App.ResourceNotifications.WaitForResourceHealthyAsync(resource, Cancellation);
        Assert.True(App.App.ResourceNotifications.TryGetCurrentState(resource, out var current));

        var link = new Uri(current.Snapshot.Urls.Single(url => url.DisplayProperties.DisplayName == name).Url);

        Assert.Equal(path, link.AbsolutePath);
        using var client = new HttpClient();
        using var answer = await client.GetAsync(link, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{link}: {answer.StatusCode}");
    }

    [Fact]
    public void No_link_is_without_a_name()
    {
        foreach (var resource in (string[])["gateway", "executor-0", "executor-1", "prometheus", "panels"])
        {
            Assert.True(App.App.ResourceNotifications.TryGetCurrentState(resource, out var current));
            Assert.All(current.Snapshot.Urls, url => Assert.NotEmpty(url.DisplayProperties.DisplayName));
        }
    }
}
