using System.Text.Json.Nodes;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;

namespace ToolRuntime.Tests.AspireShim;

/// <summary>Containers, as far as they go without an engine: what DCP is asked for, and what is said when it cannot.</summary>
public sealed class ContainerTests : ShimTest
{
    // Without a container engine DCP says the first, with one the second.
    private static readonly string[] NotRunning = [KnownResourceStates.RuntimeUnhealthy, KnownResourceStates.FailedToStart];

    [Fact]
    public async Task Dcp_is_asked_for_the_image_with_its_mounts_arguments_and_variables()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddContainer("box", "toolruntime.invalid/no-such-image", "1.2.3")
            .WithHttpEndpoint(port: Ports.FindFree(), targetPort: 80, isProxied: false)
            .WithBindMount("../tools", "/tools", isReadOnly: true)
            .WithContainerRuntimeArgs("--network", "host")
            .WithArgs("--flag", "{{ literal }}")
            .WithEnvironment("NAME", "value");
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("box", NotRunning, Deadline);
        var snapshot = SnapshotOf(app, "box");
        Assert.Equal("Container", snapshot.ResourceType);
        Assert.Equal("error", snapshot.State!.Style);
        Assert.Equal("toolruntime.invalid/no-such-image:1.2.3", snapshot.Properties.Single(property => property.Name == "container.image").Value);

        var spec = (await ReadAsync(app, "box"))["spec"]!;
        Assert.Equal("toolruntime.invalid/no-such-image:1.2.3", spec["image"]!.GetValue<string>());
        Assert.Equal(["--flag", "{{ \"{{\" }} literal }}"], spec["args"]!.AsArray().Select(arg => arg!.GetValue<string>()));
        Assert.Equal(["--network", "host"], spec["runArgs"]!.AsArray().Select(arg => arg!.GetValue<string>()));
        var mount = Assert.Single(spec["volumeMounts"]!.AsArray())!;
        Assert.Equal(
            ("bind", Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "tools")), "/tools", true),
            (mount["type"]!.GetValue<string>(), mount["source"]!.GetValue<string>(), mount["target"]!.GetValue<string>(), mount["readOnly"]!.GetValue<bool>()));
        var variable = Assert.Single(spec["env"]!.AsArray())!;
        Assert.Equal(("NAME", "value"), (variable["name"]!.GetValue<string>(), variable["value"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_container_without_an_engine_holds_nobody_up_and_can_be_stopped_and_tried_again()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddContainer("box", "toolruntime.invalid/no-such-image");
        builder.AddHealthyServer("web");
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Deadline);
        await app.ResourceNotifications.WaitForResourceAsync("box", NotRunning, Deadline);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("box", KnownResourceCommands.StopCommand, Deadline)).Success);
        Assert.True(SnapshotOf(app, "box").IsTerminal);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("box", KnownResourceCommands.StartCommand, Deadline)).Success);
        await app.ResourceNotifications.WaitForResourceAsync("box", NotRunning, Deadline);
    }

    [Fact]
    public async Task An_endpoint_behind_a_proxy_is_refused_in_words()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddContainer("box", "toolruntime.invalid/no-such-image").WithHttpEndpoint(targetPort: 80);
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("box", KnownResourceStates.FailedToStart, Deadline);
        await LinesAsync(app, "box", lines => lines.Exists(line => line.Contains("publishes no ports", StringComparison.Ordinal)));
    }

    private async Task<JsonNode> ReadAsync(DistributedApplication app, string resource)
    {
        var folder = app.Services.GetRequiredService<ApplicationOrchestrator>().SessionFolder!;
        Assert.True(DcpKubeconfig.TryRead(Path.Combine(folder, "kubeconfig"), out var kubeconfig));
        using var dcp = new DcpClient(kubeconfig);
        app.ResourceNotifications.TryGetCurrentState(resource, out var current);
        return (await dcp.GetAsync<JsonNode>(DcpKind.Container.Collection, current!.ResourceId, Deadline))!;
    }
}
