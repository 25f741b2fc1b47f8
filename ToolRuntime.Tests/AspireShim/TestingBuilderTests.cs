using System.Runtime.Versioning;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AspireShim;

public sealed class TestingBuilderTests : ShimTest
{
    [Fact]
    public async Task The_real_entry_point_builds_an_application_without_fixed_ports()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.ToolRuntime_AppHost>(
            ["--Executor:Replicas=3", "--Tools:Path=some/where"], Deadline);
        Assert.Equal(
            ["executor-0", "executor-1", "executor-2", "gateway", "grafana", "panels", "prometheus", "traffic"],
            builder.Resources.Select(resource => resource.Name).Order());
        Assert.Equal(Projects.ToolRuntime_AppHost.ProjectPath, builder.AppHostDirectory);
        Assert.Equal("Development", builder.Environment.EnvironmentName);

        var ports = builder.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>())
            .Select(endpoint => endpoint.Port).ToList();
        Assert.Equal(10, ports.Distinct().Count());
        Assert.DoesNotContain(ports, port => port is >= 5080 and <= 5084);
    }

    [Fact]
    public async Task Two_applications_of_the_same_entry_point_run_side_by_side()
    {
        using var firstData = new TemporaryFolder();
        using var secondData = new TemporaryFolder();
        await using var first = await StartAppHostAsync(firstData);
        await using var second = await StartAppHostAsync(secondData);
        await first.ResourceNotifications.WaitForResourceAsync("executor-0", KnownResourceStates.Running, Deadline);
        await second.ResourceNotifications.WaitForResourceAsync("executor-0", KnownResourceStates.Running, Deadline);
        Assert.NotEqual(first.GetEndpoint("executor-0", "http"), second.GetEndpoint("executor-0", "http"));

        var variables = SnapshotOf(first, "executor-0").EnvironmentVariables.ToDictionary(variable => variable.Name, variable => variable.Value);
        Assert.Equal("executor-0", variables["Executor__Name"]);
        Assert.Equal(Path.Combine(TestServer.Repository, "tools"), variables["Tools__Path"]);
        Assert.Equal(first.GetEndpoint("executor-0", "grpc").ToString().TrimEnd('/'), variables["Kestrel__Endpoints__Grpc__Url"]);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_session_has_a_folder_that_is_nobody_elses_and_does_not_outlive_it()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var app = await StartAsync(builder);
        var folder = app.Services.GetRequiredService<ApplicationOrchestrator>().SessionFolder!;
        Assert.StartsWith(Path.Combine(TestServer.Repository, ".tools", "sessions"), folder, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));

        await app.DisposeAsync();
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task An_entry_point_that_fails_says_why()
    {
        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => DistributedApplicationTestingBuilder.CreateAsync<Projects.ToolRuntime_AppHost>(["--Executor:Replicas=0"], Deadline));
        Assert.Contains("Executor:Replicas", failure.Message, StringComparison.Ordinal);
    }

    private async Task<DistributedApplication> StartAppHostAsync(TemporaryFolder data)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.ToolRuntime_AppHost>(
            ["--Executor:Replicas=1", $"--Prometheus:DataPath={data.Path}"], Deadline);
        return await StartAsync(builder);
    }
}
