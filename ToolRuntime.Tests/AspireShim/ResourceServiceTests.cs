using Aspire.Hosting.Dashboard.Protocol;
using Grpc.Core;
using HealthStatus = Aspire.Hosting.Dashboard.Protocol.HealthStatus;
using Resource = Aspire.Hosting.Dashboard.Protocol.Resource;
using ResourceCommandState = Aspire.Hosting.Dashboard.Protocol.ResourceCommandState;

namespace ToolRuntime.Tests.AspireShim;

/// <summary>Acts as the dashboard.</summary>
public sealed class ResourceServiceTests(DashboardFixture fixture) : ShimTest, IClassFixture<DashboardFixture>
{
    [Fact]
    public async Task Nobody_is_answered_without_the_key()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await fixture.Client.GetApplicationInformationAsync(
            new ApplicationInformationRequest(), cancellationToken: Deadline));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);

        var answer = await fixture.Client.GetApplicationInformationAsync(
            new ApplicationInformationRequest(), fixture.Key, cancellationToken: Deadline);
        Assert.NotEmpty(answer.ApplicationName);
    }

    [Fact]
    public async Task Every_resource_has_what_the_dashboard_cannot_do_without()
    {
        using var watch = fixture.Client.WatchResources(new WatchResourcesRequest(), fixture.Key, cancellationToken: Deadline);
        Assert.True(await watch.ResponseStream.MoveNext(Deadline));
        var resources = watch.ResponseStream.Current.InitialData.Resources;
        Assert.Equal(["aspire-dashboard", "child", "web"], resources.Select(resource => resource.DisplayName).Order());
        Assert.All(resources, resource =>
        {
            Assert.NotEmpty(resource.Name);
            Assert.NotEmpty(resource.Uid);
            Assert.NotNull(resource.CreatedAt);
            Assert.All(resource.Urls, url => Assert.NotNull(url.DisplayProperties));
            Assert.All(resource.Properties, property => Assert.NotNull(property.Value));
            Assert.Equal(resource.DisplayName == "aspire-dashboard", resource.IsHidden);
        });
    }

    [Fact]
    public async Task State_urls_environment_health_and_relationships_arrive()
    {
        var web = await UntilAsync("web", resource => resource.HealthReports is [{ HasStatus: true, Status: HealthStatus.Healthy }]);
        Assert.Equal("Running", web.State);
        Assert.Equal("Executable", web.ResourceType);
        Assert.Contains(web.Environment, variable => variable is { Name: "GREETING", Value: "hello", IsFromSpec: true });
        Assert.Contains(web.Environment, variable => variable is { Name: "PATH", IsFromSpec: false });

        var port = fixture.App.GetEndpoint("web").Port;
        var front = Assert.Single(web.Urls, url => url.EndpointName == "http");
        Assert.Equal($"http://localhost:{port}/front", front.FullUrl);
        Assert.Equal("The front", front.DisplayProperties.DisplayName);
        Assert.False(front.IsInactive);
        Assert.Contains(web.Urls, url => url is { HasEndpointName: false, FullUrl: "https://example.org/docs" });
        Assert.Contains(web.Properties, property => property.Name == "executable.pid" && property.Value.NumberValue > 0);

        var child = await UntilAsync("child", resource => resource.State == "Running");
        Assert.Contains(child.Relationships, relationship => relationship is { ResourceName: "web", Type: "Reference" });
        Assert.Contains(child.Relationships, relationship => relationship is { ResourceName: "web", Type: "WaitFor" });
        Assert.Contains(child.Properties, property => property.Name == "resource.parentName" && property.Value.StringValue == web.Name);
    }

    [Fact]
    public async Task The_stream_of_interactions_stays_open_and_idle()
    {
        using var interactions = fixture.Client.WatchInteractions(fixture.Key, cancellationToken: Deadline);
        var next = interactions.ResponseStream.MoveNext(Deadline);
        await fixture.Client.GetApplicationInformationAsync(new ApplicationInformationRequest(), fixture.Key, cancellationToken: Deadline);
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task Console_lines_arrive_with_their_stream_and_number()
    {
        var web = await UntilAsync("web", resource => resource.State == "Running");
        using var watch = fixture.Client.WatchResourceConsoleLogs(
            new WatchResourceConsoleLogsRequest { ResourceName = web.Name }, fixture.Key, cancellationToken: Deadline);
        var lines = new List<ConsoleLogLine>();
        while (!lines.Exists(line => line.IsStdErr && line.Text.EndsWith("a complaint", StringComparison.Ordinal)) || !lines.Exists(line => line.Text.Contains("listening on", StringComparison.Ordinal)))
        {
            Assert.True(await watch.ResponseStream.MoveNext(Deadline));
            lines.AddRange(watch.ResponseStream.Current.LogLines);
        }

        Assert.Equal(Enumerable.Range(1, lines.Count), lines.Select(line => line.LineNumber));
    }

    [Fact]
    public async Task Commands_run_and_say_what_came_of_them()
    {
        var web = await UntilAsync("web", resource => resource.State == "Running");
        var say = Assert.Single(web.Commands, command => command.Name == "say");
        Assert.Equal("Say it", say.DisplayName);
        Assert.Equal(ResourceCommandState.Enabled, say.State);
        Assert.Equal(ResourceCommandState.Hidden, web.Commands.Single(command => command.Name == "start").State);

        var said = await RunAsync(web, "say");
        Assert.Equal(ResourceCommandResponseKind.Succeeded, said.Kind);
        Assert.Equal("said it", said.Message);
        var broken = await RunAsync(web, "break");
        Assert.Equal(ResourceCommandResponseKind.Failed, broken.Kind);
        Assert.Equal("it broke", broken.Message);
        Assert.Equal(ResourceCommandResponseKind.Failed, (await RunAsync(web, "no-such")).Kind);
    }

    [Fact]
    public async Task Stop_start_and_restart_are_seen_as_they_happen()
    {
        var child = await UntilAsync("child", resource => resource.State == "Running");
        Assert.Equal(ResourceCommandResponseKind.Succeeded, (await RunAsync(child, "stop")).Kind);
        var stopped = await UntilAsync("child", resource => resource.StoppedAt is not null);
        Assert.All(stopped.Urls, url => Assert.True(url.IsInactive));
        Assert.All(stopped.HealthReports, report => Assert.False(report.HasStatus));
        Assert.Equal(ResourceCommandState.Enabled, stopped.Commands.Single(command => command.Name == "start").State);
        Assert.DoesNotContain(stopped.Properties, property => property.Name == "resource.exitCode");

        Assert.Equal(ResourceCommandResponseKind.Succeeded, (await RunAsync(child, "start")).Kind);
        var started = await UntilAsync("child", resource => resource.State == "Running");
        Assert.Equal(ResourceCommandResponseKind.Succeeded, (await RunAsync(child, "restart")).Kind);
        await UntilAsync("child", resource => resource.State == "Running" && resource.StartedAt != started.StartedAt);
    }

    private async Task<ResourceCommandResponse> RunAsync(Resource resource, string command) => await fixture.Client.ExecuteResourceCommandAsync(
        new ResourceCommandRequest { CommandName = command, ResourceName = resource.Name, ResourceType = resource.ResourceType },
        fixture.Key,
        cancellationToken: Deadline);

    private async Task<Resource> UntilAsync(string name, Func<Resource, bool> reached)
    {
        using var watch = fixture.Client.WatchResources(new WatchResourcesRequest(), fixture.Key, cancellationToken: Deadline);
        while (await watch.ResponseStream.MoveNext(Deadline))
        {
            var update = watch.ResponseStream.Current;
            var resources = update.KindCase == WatchResourcesUpdate.KindOneofCase.InitialData
                ? update.InitialData.Resources
                : update.Changes.Value.Select(change => change.Upsert);
            if (resources.FirstOrDefault(resource => resource.DisplayName == name && reached(resource)) is { } found)
            {
                return found;
            }
        }

        throw new InvalidOperationException($"The stream ended before '{name}' got there.");
    }
}
