using System.Text.RegularExpressions;
using Projects;
using ToolRuntime.Tests.AspireShim;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost.Grafana;

/// <summary>Grafana itself is not to be had here: what is tested is how it would be started, and what is said without it.</summary>
public sealed partial class GrafanaResourceTests : ShimTest
{
    [Fact]
    public async Task Without_a_program_or_an_engine_the_resource_says_so_and_leads_to_the_panels_page()
    {
        using var data = new TemporaryFolder();
        await using var builder = await BuilderAsync(data, "--PATH=/nowhere");
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("grafana", "Needs Grafana", Deadline);
        var link = await app.ResourceNotifications.WaitForResourceAsync(
            "grafana", update => update.Snapshot.Urls.Length > 0, Deadline);

        Assert.Equal(
            ("Panels", app.GetEndpoint("panels", "http")),
            (link.Snapshot.Urls.Single().DisplayProperties.DisplayName, new Uri(link.Snapshot.Urls.Single().Url)));
        Assert.Equal("warn", link.Snapshot.State!.Style);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("panels", Deadline);
    }

    [Fact]
    public async Task With_an_engine_it_is_the_official_image_with_the_repositorys_provisioning()
    {
        using var data = new TemporaryFolder();
        await using var builder = await BuilderAsync(data, "--PATH=/nowhere", "--ContainerEngine=true");
        var grafana = Assert.IsType<ContainerResource>(builder.Resources.Single(resource => resource.Name == "grafana"));

        Assert.Equal("grafana/grafana", grafana.Annotations.OfType<ContainerImageAnnotation>().Single().Image);
        var mounts = grafana.Annotations.OfType<ContainerMountAnnotation>().ToList();
        Assert.All(mounts, mount => Assert.True(mount.IsReadOnly && Directory.Exists(mount.Source), mount.Source));
        var variables = await VariablesAsync(builder, grafana);
        Assert.Contains(variables["GF_PATHS_PROVISIONING"], mounts.Select(mount => mount.Target));
        Assert.Contains(variables["DASHBOARDS_PATH"], mounts.Select(mount => mount.Target));
        AssertForEverybodyOnThisMachine(variables);
        await AssertProvisioningIsToldAllItAsksForAsync(variables);
    }

    [Fact]
    public async Task The_program_on_path_goes_first_and_finds_its_own_pages()
    {
        using var installed = new TemporaryFolder();
        var program = installed.Write(Path.Combine("bin", "grafana"), "");
        installed.Write(Path.Combine("conf", "defaults.ini"), "");
        await using var builder = await BuilderAsync(installed, $"--PATH={Path.GetDirectoryName(program)}", "--ContainerEngine=true");
        var grafana = Assert.IsType<ExecutableResource>(builder.Resources.Single(resource => resource.Name == "grafana"));

        Assert.Equal(program, grafana.Command);
        var args = new CommandLineArgsCallbackContext([], grafana, Deadline);
        foreach (var callback in grafana.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await callback.Callback(args);
        }

        Assert.Equal(["server", "--homepath", installed.Path], args.Args);
        var variables = await VariablesAsync(builder, grafana);
        Assert.True(File.Exists(Path.Combine(variables["DASHBOARDS_PATH"], "tool-runtime.json")));
        Assert.StartsWith(builder.AppHostDirectory, variables["GF_PATHS_DATA"], StringComparison.Ordinal);
        AssertForEverybodyOnThisMachine(variables);
        await AssertProvisioningIsToldAllItAsksForAsync(variables);
    }

    private static void AssertForEverybodyOnThisMachine(Dictionary<string, string> variables)
    {
        Assert.Equal("127.0.0.1", variables["GF_SERVER_HTTP_ADDR"]);
        Assert.Equal(("true", "Viewer"), (variables["GF_AUTH_ANONYMOUS_ENABLED"], variables["GF_AUTH_ANONYMOUS_ORG_ROLE"]));
    }

    private static async Task AssertProvisioningIsToldAllItAsksForAsync(Dictionary<string, string> variables)
    {
        var folder = Path.Combine(TestServer.Repository, "observability", "grafana", "provisioning");
        foreach (var file in Directory.EnumerateFiles(folder, "*.yml", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.All(Asked().Matches(text), variable => Assert.Contains(variable.Groups[1].Value, variables.Keys));
        }

        var dataSource = await File.ReadAllTextAsync(
            Path.Combine(folder, "datasources", "prometheus.yml"), TestContext.Current.CancellationToken);
        Assert.Contains("uid: prometheus", dataSource, StringComparison.Ordinal);
    }

    private async Task<Dictionary<string, string>> VariablesAsync(IDistributedApplicationBuilder builder, IResource resource)
    {
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, resource, cancellationToken: Deadline);
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        return context.EnvironmentVariables.ToDictionary(variable => variable.Key, variable => variable.Value.ToString()!);
    }

    private Task<IDistributedApplicationTestingBuilder> BuilderAsync(TemporaryFolder data, params string[] args) =>
        DistributedApplicationTestingBuilder.CreateAsync<ToolRuntime_AppHost>(
            [$"--Prometheus:DataPath={data.Path}", "--Executor:Replicas=1", .. args], Deadline);

    /// <summary>What Grafana reads from its environment; <c>$$</c> stands for a dollar.</summary>
    [GeneratedRegex(@"(?<!\$)\$\{(\w+)\}")]
    private static partial Regex Asked();
}
