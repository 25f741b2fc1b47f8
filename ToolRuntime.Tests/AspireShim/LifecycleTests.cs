using System.Collections.Concurrent;
using System.Diagnostics;

namespace ToolRuntime.Tests.AspireShim;

public sealed class LifecycleTests : ShimTest
{
    [Fact]
    public async Task A_resource_starts_once_what_it_waits_for_is_healthy_and_ready()
    {
        var order = new ConcurrentQueue<string>();
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var database = builder.AddHealthyServer("database").WithEnvironment("START_UNHEALTHY", "1")
            .OnResourceEndpointsAllocated((_, _, _) => Note("database allocated"))
            .OnResourceReady((_, _, _) => Note("database ready"));
        var migration = builder.AddExecutable("migration", "sh", ".", "-c", "exit 0").WaitFor(database);
        builder.AddHealthyServer("web").WaitFor(database).WaitForCompletion(migration)
            .OnInitializeResource((_, _, _) => Note("web initialized"))
            .OnBeforeResourceStarted((_, _, _) => Note("web starts"));
        builder.OnBeforeStart((_, _) => Note("before start"));
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("web", KnownResourceStates.Waiting, Deadline);
        var sick = await app.ResourceNotifications.WaitForResourceAsync(
            "database", update => update.Snapshot.HealthReports is [{ Status: not null }], Deadline);
        Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy, sick.Snapshot.HealthStatus);
        Assert.Contains("503", sick.Snapshot.HealthReports[0].Description, StringComparison.Ordinal);
        Assert.Equal(KnownResourceStates.Waiting, SnapshotOf(app, "web").State?.Text);

        using var client = app.CreateHttpClient("database");
        await client.GetStringAsync(new Uri("/heal", UriKind.Relative), Deadline);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Deadline);
        Assert.Equal(0, SnapshotOf(app, "migration").ExitCode);

        var noted = order.ToList();
        Assert.Equal("before start", noted[0]);
        Assert.Equal("database allocated", noted[1]);
        Assert.Contains("web initialized", noted);
        Assert.Equal(["database ready", "web starts"], noted[^2..]);

        Task Note(string what)
        {
            order.Enqueue(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_process_is_stopped_started_and_restarted_and_its_health_is_that_of_the_new_one()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var stops = 0;
        builder.AddHealthyServer("web").OnResourceStopped((_, stopped, _) =>
        {
            Assert.True(stopped.ResourceEvent.Snapshot.IsTerminal);
            Interlocked.Increment(ref stops);
            return Task.CompletedTask;
        });
        builder.AddServer("later").WithHttpEndpoint(env: "PORT").WithExplicitStart();
        await using var app = await StartAsync(builder);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Deadline);
        await app.ResourceNotifications.WaitForResourceAsync("later", KnownResourceStates.NotStarted, Deadline);
        var first = await AskAsync(app, "web");
        var address = app.GetEndpoint("web");

        // DCP says exit code -1 of what it stopped: none is shown.
        await RunAsync(app, "web", KnownResourceCommands.StopCommand);
        Assert.True(SnapshotOf(app, "web").IsTerminal);
        Assert.Null(SnapshotOf(app, "web").ExitCode);
        Assert.Null(SnapshotOf(app, "web").HealthStatus);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(first.Pid));

        await RunAsync(app, "web", KnownResourceCommands.StartCommand);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Deadline);
        var second = await AskAsync(app, "web");
        Assert.NotEqual(first.Pid, second.Pid);

        await RunAsync(app, "web", KnownResourceCommands.RestartCommand);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Deadline);
        var third = await AskAsync(app, "web");
        Assert.NotEqual(second.Pid, third.Pid);
        Assert.Equal(address, app.GetEndpoint("web"));

        // A code of its own is shown.
        using var client = app.CreateHttpClient("web");
        await client.GetStringAsync(new Uri("/exit", UriKind.Relative), Deadline);
        var ended = await app.ResourceNotifications.WaitForResourceAsync("web", update => update.Snapshot.IsTerminal, Deadline);
        Assert.Equal(3, ended.Snapshot.ExitCode);

        await RunAsync(app, "later", KnownResourceCommands.StartCommand);
        await app.ResourceNotifications.WaitForResourceAsync("later", KnownResourceStates.Running, Deadline);
        Assert.Equal(3, stops);
    }

    [Fact]
    public async Task A_start_that_waits_can_be_called_off()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var never = builder.AddHealthyServer("never").WithEnvironment("START_UNHEALTHY", "1");
        builder.AddServer("web").WaitFor(never);
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("web", KnownResourceStates.Waiting, Deadline);
        await RunAsync(app, "web", KnownResourceCommands.StopCommand);
        Assert.Equal(KnownResourceStates.NotStarted, SnapshotOf(app, "web").State?.Text);
    }

    [Fact]
    public async Task A_failing_preparation_is_told_to_whoever_waits_for_it()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var database = builder.AddHealthyServer("database")
            .OnResourceReady((_, _, _) => throw new InvalidOperationException("no seed"));
        builder.AddServer("web").WaitFor(database);
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("web", KnownResourceStates.FailedToStart, Deadline);
        await LinesAsync(app, "web", lines => lines.Exists(line => line.Contains("no seed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_process_that_ignores_its_end_holds_nothing_up()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("deaf", "sh", ".", "-c", "trap '' TERM INT; echo deaf; while :; do sleep 1; done");
        var app = await StartAsync(builder);
        await LinesAsync(app, "deaf", lines => lines.Exists(line => line.EndsWith("deaf", StringComparison.Ordinal)));

        await app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Deadline);
    }

    [Fact]
    public async Task A_command_that_does_not_exist_says_so_in_state_and_console()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("missing", "/no/such/command", ".");
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("missing", KnownResourceStates.FailedToStart, Deadline);
        await LinesAsync(app, "missing", lines => lines.Exists(line => line.Contains("/no/such/command", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<DistributedApplicationException>(
            () => app.ResourceNotifications.WaitForResourceHealthyAsync("missing", Deadline));
    }

    [Fact]
    public async Task Stopping_twice_and_disposing_is_stopping_once()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddHealthyServer("web");
        var app = await StartAsync(builder);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Deadline);
        var pid = (await AskAsync(app, "web")).Pid;

        await app.StopAsync(Deadline);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(pid));
        await app.StopAsync(Deadline);
        await app.DisposeAsync();
        await app.DisposeAsync();
        await app.StopAsync(Deadline);
    }

    [Fact]
    public async Task A_resource_of_ones_own_says_its_own_state()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var note = builder.AddResource(new NoteResource("note"))
            .WithInitialState(new CustomResourceSnapshot { ResourceType = "Note", Properties = [] })
            .WithUrl("https://example.org", "Example")
            .OnInitializeResource((resource, started, _) => started.Notifications.PublishUpdateAsync(
                resource, snapshot => snapshot with { State = KnownResourceStates.Running }));
        builder.AddHealthyServer("web").WaitFor(note).WithParentRelationship(note);
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Deadline);
        var snapshot = SnapshotOf(app, "note");
        Assert.Equal("Note", snapshot.ResourceType);
        Assert.Equal("Example", Assert.Single(snapshot.Urls).DisplayProperties.DisplayName);
        Assert.Contains(SnapshotOf(app, "web").Relationships, relationship => relationship is { ResourceName: "note", Type: "Parent" });
    }

    private async Task RunAsync(DistributedApplication app, string resource, string command)
    {
        var result = await app.ResourceCommands.ExecuteCommandAsync(resource, command, Deadline);
        Assert.True(result.Success, result.Message);
    }

    private sealed class NoteResource(string name) : Resource(name);
}
