using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Projects;
using ToolRuntime.Tests.AspireShim;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost.Prometheus;

/// <summary>What the application says where Prometheus cannot start; its services start all the same.</summary>
public sealed class StartTests : ShimTest
{
    private const string NoPrograms = "--PATH=/nowhere";

    [Fact]
    public async Task Without_any_way_to_run_it_the_resource_says_what_is_missing()
    {
        using var data = new TemporaryFolder();
        await using var app = await StartAppHostAsync(data, NoPrograms);

        await app.ResourceNotifications.WaitForResourceAsync("prometheus", "Needs Prometheus", Deadline);
        var snapshot = SnapshotOf(app, "prometheus");
        Assert.Equal("warn", snapshot.State!.Style);
        Assert.Contains("PATH", snapshot.Properties.Single().Value!.ToString(), StringComparison.Ordinal);
        await LinesAsync(app, "prometheus", lines => lines.Exists(line => line.Contains("Docker or Podman", StringComparison.Ordinal)));
        await app.ResourceNotifications.WaitForResourceHealthyAsync("gateway", Deadline);
    }

    [Fact]
    public async Task With_a_container_engine_it_is_the_official_image()
    {
        using var data = new TemporaryFolder();
        await using var app = await StartAppHostAsync(data, NoPrograms, "--ContainerEngine=true");

        await app.ResourceNotifications.WaitForResourceAsync(
            "prometheus", update => update.Snapshot.Properties.Any(property => property.Name == "container.image"), Deadline);
        var properties = SnapshotOf(app, "prometheus").Properties.ToDictionary(property => property.Name, property => property.Value);
        Assert.StartsWith("prom/prometheus:v", properties["container.image"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("--storage.tsdb.path=/prometheus", (IEnumerable<string>)properties["container.args"]!);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("gateway", Deadline);
    }

    [Fact]
    public async Task A_taken_port_is_told_with_its_holder_and_what_can_be_done()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port;
        using var data = new TemporaryFolder();
        await using var app = await StartAppHostAsync(data, string.Create(CultureInfo.InvariantCulture, $"--Ports:Prometheus={port}"));

        await app.ResourceNotifications.WaitForResourceAsync("prometheus", KnownResourceStates.FailedToStart, Deadline);
        await LinesAsync(app, "prometheus", lines => lines.Exists(line =>
            line.Contains($"Port {port} of 'prometheus' is taken", StringComparison.Ordinal)
            && line.Contains($"(process {Environment.ProcessId})", StringComparison.Ordinal)
            && line.Contains("--Ports:Prometheus=", StringComparison.Ordinal)));
        await app.ResourceNotifications.WaitForResourceHealthyAsync("gateway", Deadline);

        occupant.Stop();
        var started = await app.ResourceCommands.ExecuteCommandAsync("prometheus", KnownResourceCommands.StartCommand, Deadline);
        Assert.True(started.Success, started.Message);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("prometheus", Deadline);
    }

    private async Task<DistributedApplication> StartAppHostAsync(TemporaryFolder data, params string[] args)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<ToolRuntime_AppHost>(
            [$"--Prometheus:DataPath={data.Path}", "--Executor:Replicas=1", .. args], Deadline);
        return await StartAsync(builder);
    }
}
