using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.Orchestration;

namespace ToolRuntime.Tests.AspireShim;

public sealed class EndpointTests : ShimTest
{
    [Fact]
    public async Task Endpoints_reach_their_process_with_a_proxy_and_without()
    {
        var fixedPort = Ports.FindFree();
        var ownPort = Ports.FindFree();
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddHealthyServer("proxied");
        builder.AddServer("fixed").WithHttpEndpoint(port: fixedPort, name: "http", env: "PORT").WithHttpHealthCheck("/health");
        var proxyless = builder.AddServer("proxyless")
            .WithHttpEndpoint(port: ownPort, name: "http", env: "PORT", isProxied: false).WithHttpHealthCheck("/health");
        builder.AddHealthyServer("client")
            .WithEnvironment("HOST_AND_PORT", $"{proxyless.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}/x")
            .WithEnvironment("URL", proxyless.GetEndpoint("http"))
            .WithReference(proxyless.GetEndpoint("http"))
            .WithEnvironment("BRACES", "{{ .Name }} and {{{")
            .WithEnvironment(context => context.EnvironmentVariables["NUMBER"] = 7);
        await using var app = await StartAsync(builder);
        await Task.WhenAll(new[] { "proxied", "fixed", "proxyless", "client" }
            .Select(name => app.ResourceNotifications.WaitForResourceHealthyAsync(name, Deadline)));

        var proxied = await AskAsync(app, "proxied");
        Assert.NotEqual(app.GetEndpoint("proxied", "http").Port, proxied.Port);
        Assert.Equal(fixedPort, app.GetEndpoint("fixed", "http").Port);
        Assert.NotEqual(fixedPort, (await AskAsync(app, "fixed")).Port);
        Assert.Equal(ownPort, app.GetEndpoint("proxyless", "http").Port);
        Assert.Equal(ownPort, (await AskAsync(app, "proxyless")).Port);

        // `localhost` may be IPv4 only: the proxy has to answer there.
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{fixedPort}/health"), Deadline);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var environment = (await AskAsync(app, "client")).Env;
        Assert.Equal($"localhost:{ownPort}/x", environment["HOST_AND_PORT"]);
        Assert.Equal($"http://localhost:{ownPort}", environment["URL"]);
        Assert.Equal($"http://localhost:{ownPort}", environment["services__proxyless__http__0"]);
        Assert.Equal($"http://localhost:{ownPort}", environment["PROXYLESS_HTTP"]);
        Assert.Equal("{{ .Name }} and {{{", environment["BRACES"]);
        Assert.Equal("7", environment["NUMBER"]);
        Assert.Equal(Environment.GetEnvironmentVariable("HOME"), environment.GetValueOrDefault("HOME"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_taken_port_is_said_at_once_and_can_be_tried_again(bool isProxied)
    {
        var port = Ports.FindFree();
        using var occupant = new TcpListener(IPAddress.Loopback, port);
        occupant.Start();
        await using var builder = DistributedApplicationTestingBuilder.Create();
        var web = builder.AddServer("web").WithHttpEndpoint(port: port, name: "front", env: "PORT", isProxied: isProxied);
        builder.AddServer("other").WithEnvironment("WEB", web.GetEndpoint("front"));
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("web", KnownResourceStates.FailedToStart, Deadline)
            .WaitAsync(TimeSpan.FromSeconds(5), Deadline);
        var console = await LinesAsync(app, "web", lines => lines.Exists(line => line.Contains("Failed to start", StringComparison.Ordinal)));
        var reason = Assert.Single(console, line => line.Contains("Failed to start", StringComparison.Ordinal));
        Assert.Contains("'web'", reason, StringComparison.Ordinal);
        Assert.Contains("'front'", reason, StringComparison.Ordinal);
        Assert.Contains($"port {port}", reason, StringComparison.Ordinal);

        // Whoever needs that address is not left waiting for it; an address of its own it would be told.
        await app.ResourceNotifications.WaitForResourceAsync(
            "other", isProxied ? KnownResourceStates.FailedToStart : KnownResourceStates.Running, Deadline);

        occupant.Stop();
        var started = await app.ResourceCommands.ExecuteCommandAsync("web", KnownResourceCommands.StartCommand, Deadline);
        Assert.True(started.Success);
        await app.ResourceNotifications.WaitForResourceAsync("web", KnownResourceStates.Running, Deadline);
    }
}
