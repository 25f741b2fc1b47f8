using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ToolRuntime.Tests.Panels;

/// <summary>What the page's server says where it cannot start.</summary>
public sealed class ServerStartTests
{
    [Theory]
    [InlineData("PORT", "http", "PORT is no port: http")]
    [InlineData("PORT", "70000", "PORT is no port: 70000")]
    [InlineData("PROMETHEUS_URL", "localhost:9090", "PROMETHEUS_URL is no http address: localhost:9090")]
    [InlineData("DASHBOARD_URL", "file:///etc", "DASHBOARD_URL is no http address: file:///etc")]
    [InlineData("SCRAPE_INTERVAL", "often", "SCRAPE_INTERVAL: No duration: often")]
    public async Task A_setting_that_is_none_is_named(string name, string value, string message)
    {
        await using var server = PanelsProcess.StartBun(["src/server.ts"], new Dictionary<string, string> { ["PORT"] = "0", [name] = value });

        Assert.Equal(1, await server.WaitForExitAsync());
        Assert.Equal(message, server.Output.Trim());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await using var server = PanelsProcess.StartBun(["src/server.ts"], new Dictionary<string, string> { ["PORT"] = port });

        Assert.Equal(1, await server.WaitForExitAsync());
        Assert.Equal($"The port {port} is taken: set PORT to another one.", server.Output.Trim());
    }
}
